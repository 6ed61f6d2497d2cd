declare module "workerd" {
  /** `default` is the path of the program. */
  const workerd: { readonly default: string };
  export default workerd;
}
