import { type ClientMethod, clientMethods, nothing } from "./client-methods.ts";
import { capitalised, typescriptHeader } from "./contract-sources.ts";
import type { JsonRecord } from "./json.ts";
import { errorStatuses } from "./operation-table.ts";

/** A resource with its methods and the resources below it. */
interface Resource {
  readonly name: string;
  readonly methods: Map<string, ClientMethod>;
  readonly children: Map<string, Resource>;
}

/**
 * Source text of `resources.ts`: the methods of the client, one for each operation, as documented
 * interfaces and as a function that makes them from whatever sends requests.
 */
export function resourcesSource(document: JsonRecord): string {
  const methods = clientMethods(document);
  const root = resourceTree(methods);
  const paged = methods.filter(({ isPaged }) => isPaged);
  return `${typescriptHeader}import type * as contract from "./types.ts";

/** Every error code. */
export const errorCodes: readonly contract.ErrorCode[] = [
${Object.keys(errorStatuses(document))
  .map((code) => `  "${code}",`)
  .join("\n")}
];

/** How the operations end, and no others, whose answer is an object without properties. */
export const emptyOperations = ${endingsOf(methods, ({ answer }) => answer === nothing)};

/** How the operations end, and no others, that may be sent twice although they are a POST. */
export const repeatableOperations = ${endingsOf(methods, ({ method, idempotent }) => method === "post" && idempotent)};

/** Fields that may be left out may be undefined too. */
type Input<Fields> = {
  [Name in keyof Fields]: {} extends Pick<Fields, Name> ? Fields[Name] | undefined : Fields[Name];
};

${methods.filter(hasInput).map(inputType).join("\n\n")}

/** What the method of each operation returns, by the operation's method and path. */
export interface ResourceAnswers {
${methods.map((method) => `  ${key(method)}: ${answerType(method)};`).join("\n")}
}

/** What each operation that answers in pages has pages of. */
export interface PagedItems {
${paged.map((method) => `  ${key(method)}: ${answerType(method)}[number];`).join("\n")}
}

/** Sends the requests of all methods. \`Options\` is what every method takes last. */
export interface ResourceSender<Options> {
  /**
   * Calls an operation.
   *
   * @param operation Method and path template.
   * @param path The values of the path's parameters but for the organization, in its order.
   * @param returns The property of the answer to return: all of it if absent, nothing if empty.
   * @param like A value of the kind of that property.
   * @param input The fields of the query and of the body.
   * @param query Which fields belong to the query; those of a GET all do.
   */
  call<Operation extends keyof ResourceAnswers>(
    operation: Operation,
    path: readonly string[],
    options: Options | undefined,
    returns?: string,
    like?: unknown,
    input?: object,
    query?: readonly string[],
  ): Promise<ResourceAnswers[Operation]>;
  /** Calls an operation page by page, as far as the items are asked for. */
  pages<Operation extends keyof PagedItems>(
    operation: Operation,
    path: readonly string[],
    options: Options | undefined,
    returns: string,
    like: unknown,
    input?: object,
  ): AsyncGenerator<PagedItems[Operation], void, undefined>;
}

${interfaces(root).join("\n\n")}

/** Makes the methods of every operation. */
export function resources<Options>({
  call,
  pages,
}: ResourceSender<Options>): Resources<Options> {
  return ${implementation(root, "  ")};
}
`;
}

/** A value of each kind, as source text. */
const samples = { array: "[]", object: "{}", string: `""` };

function resourceTree(methods: readonly ClientMethod[]): Resource {
  const root = emptyResource("");
  for (const method of methods) {
    const words = method.resource.split(".");
    const last = words.pop() ?? "";
    let resource = root;
    for (const word of words) {
      const child = resource.children.get(word) ?? emptyResource(resource.name + capitalised(word));
      resource.children.set(word, child);
      resource = child;
    }
    resource.methods.set(last, method);
  }
  return root;
}

function emptyResource(name: string): Resource {
  return { name, methods: new Map(), children: new Map() };
}

function key(method: ClientMethod): string {
  return JSON.stringify(nameOf(method));
}

function nameOf({ method, path }: ClientMethod): string {
  return `${method.toUpperCase()} ${path}`;
}

/** The shortest endings of paths by which these methods are told from all others. */
function endingsOf(all: readonly ClientMethod[], isOne: (method: ClientMethod) => boolean): string {
  const others = all.filter((method) => !isOne(method)).map(nameOf);
  const endings = all.filter(isOne).map((method) => {
    const name = nameOf(method);
    const parts = [...name.matchAll(/\//g)].map(({ index }) => name.slice(index + 1)).toReversed();
    return parts.find((part) => !others.some((other) => other.endsWith(part))) ?? name;
  });
  const escaped = [...new Set(endings)].map((ending) => ending.replaceAll(/[\\/{}]/g, "\\$&"));
  return `/(${escaped.join("|")})$/`;
}

function hasInput({ queryParameters, hasRequestBody }: ClientMethod): boolean {
  return hasRequestBody || queryParameters.length > 0;
}

function inputName({ operationId }: ClientMethod): string {
  return `${capitalised(operationId)}Input`;
}

function inputType(method: ClientMethod): string {
  const { operationId, resource, queryParameters, hasRequestBody } = method;
  const operation = `contract.operations["${operationId}"]`;
  const parts = [
    ...(queryParameters.length > 0 ? [`NonNullable<${operation}["parameters"]["query"]>`] : []),
    ...(hasRequestBody
      ? [`NonNullable<${operation}["requestBody"]>["content"]["application/json"]`]
      : []),
  ];
  return `/** What \`${resource}\` takes. */
export type ${inputName(method)} = Input<${parts.join(" & ")}>;`;
}

function answerType({ answer, returned }: ClientMethod): string {
  if (answer === nothing) return "void";
  return `contract.${answer}${returned === undefined ? "" : `["${returned.name}"]`}`;
}

function interfaces(resource: Resource): string[] {
  const { name, methods, children } = resource;
  const members = [
    ...[...children].map(
      ([word, child]) =>
        `  /** The methods of \`${wordsOf(child)}\`. */\n  readonly ${word}: ${child.name}Resource<Options>;`,
    ),
    ...[...methods].flatMap(([word, method]) => signatures(word, method)),
  ];
  const [title, typeName] =
    name === ""
      ? ["All resources of the API.", "Resources"]
      : [`The methods of \`${wordsOf(resource)}\`.`, `${name}Resource`];
  return [
    `/** ${title} */\nexport interface ${typeName}<Options> {\n${members.join("\n")}\n}`,
    ...[...children.values()].flatMap(interfaces),
  ];
}

function wordsOf({ methods, children }: Resource): string {
  const [first] = [
    ...methods.values(),
    ...[...children.values()].flatMap((c) => [...c.methods.values()]),
  ];
  return first?.resource.split(".").slice(0, -1).join(".") ?? "";
}

function signatures(word: string, method: ClientMethod): string[] {
  const { isPaged, pathParameters, queryParameters } = method;
  const names = pathParameters.map(({ name }) => `${camelCase(name)}: string`);
  const optional = method.inputOptional ? "?" : "";
  const input = hasInput(method) ? [`input${optional}: ${inputName(method)}`] : [];
  const plain = [...names, ...input, "options?: Options"].join(", ");
  const limits = isPaged
    ? "\n\nThis method returns the list of one answer, without `pagination`: `iterate` reads all pages."
    : "";
  const signature = `${doc(method, method.description + limits)}\n  ${word}(${plain}): Promise<${answerType(method)}>;`;
  if (!isPaged) return [signature];
  const pageInput = `input?: Omit<${inputName(method)}, "cursor">`;
  const paged = [...names, pageInput, "options?: Options"].join(", ");
  if (word !== "list" || method.method !== "get" || queryParameters.length === 0) {
    throw new Error(`${method.operationId} has pages and is no list`);
  }
  const text =
    "Goes through all of them, page by page, for use with `for await`. `limit` is the size of a page.";
  return [
    signature,
    `${doc(method, text)}\n  iterate(${paged}): AsyncGenerator<${answerType(method)}[number], void, undefined>;`,
  ];
}

function doc(method: ClientMethod, description: string): string {
  const { pathParameters, method: verb, path: template } = method;
  const lines = [
    ...description.split("\n"),
    "",
    `\`${verb.toUpperCase()} ${template}\``,
    ...(pathParameters.length === 0 ? [] : [""]),
    ...pathParameters.flatMap(({ name, description: text }) =>
      `@param ${camelCase(name)} ${text}`
        .split("\n")
        .map((line, at) => (at === 0 ? line : `  ${line}`)),
    ),
  ];
  const commented = lines.map((line) => `   * ${line.replaceAll("*/", "*\\/")}`.trimEnd());
  return `  /**\n${commented.join("\n")}\n   */`;
}

function implementation({ methods, children }: Resource, indent: string): string {
  const members = [
    ...[...children].map(
      ([word, child]) => `${indent}  ${word}: ${implementation(child, `${indent}  `)},`,
    ),
    ...[...methods].flatMap(([word, method]) => {
      const lines = [`${indent}  ${word}: ${caller("call", method)},`];
      return method.isPaged ? [...lines, `${indent}  iterate: ${caller("pages", method)},`] : lines;
    }),
  ];
  return `{\n${members.join("\n")}\n${indent}}`;
}

function caller(sender: "call" | "pages", method: ClientMethod): string {
  const { pathParameters, returned, answer, queryParameters } = method;
  const values = pathParameters.map(({ name }) => camelCase(name));
  const property =
    answer === nothing
      ? [`""`]
      : returned === undefined
        ? ["undefined", "{}"]
        : [`"${returned.name}"`, samples[returned.kind]];
  const given = [key(method), `[${values.join(", ")}]`, "options"];
  const parameters = hasInput(method) ? [...values, "input", "options"] : [...values, "options"];
  if (hasInput(method)) {
    const [name = "undefined", like = "undefined"] = property;
    given.push(name, like, "input");
    if (queryParameters.length > 0 && method.method !== "get")
      given.push(`[${queryParameters.map((each) => `"${each}"`).join(", ")}]`);
  } else given.push(...property);
  return `(${parameters.join(", ")}) => ${sender}(${given.join(", ")})`;
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
