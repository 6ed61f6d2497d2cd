/** Sets environment variables of this process; the function that is returned puts them back. */
export function setEnvironment(variables: Readonly<Record<string, string>>): () => void {
  const { env } = process;
  const before = Object.keys(variables).map((name) => [name, env[name]] as const);
  Object.assign(env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete env[name];
      else env[name] = value;
    }
  };
}
