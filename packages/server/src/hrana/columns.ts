/** One column of a result. */
export interface Column {
  readonly name: string;
  /** As the table declares it; null for anything but a column of a table. */
  readonly decltype: string | null;
}

/** The columns of a statement, with what they look like in replies, since most are sent often. */
export class Columns {
  readonly list: readonly Column[];
  #json: string | undefined;

  constructor(list: readonly Column[]) {
    this.list = list;
  }

  /** Their JSON array. */
  get json(): string {
    this.#json ??= JSON.stringify(this.list.map(({ name, decltype }) => ({ name, decltype })));
    return this.#json;
  }
}

/** What has no columns. */
export const noColumns = new Columns([]);
