/**
 * The folder of this package. Sources, compiled files and bundles all lie one folder below it, and
 * this file right in them.
 */
export const packageRoot = new URL("..", import.meta.url);
