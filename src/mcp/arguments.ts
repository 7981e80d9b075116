import { nearest } from '../base/index.ts';
import { MESSAGE_ID, OrchestraError, type Payload } from '../protocol/index.ts';

/** What a model sent with a call. Models get types wrong: each mistake is answered with what was meant. */
export class Arguments {
  readonly #given: Readonly<Record<string, unknown>>;

  /** @param known names the tool takes */
  constructor(given: Readonly<Record<string, unknown>>, known: readonly string[]) {
    const unknown = Object.keys(given).find((name) => !known.includes(name));
    if (unknown !== undefined) {
      const meant = nearest(unknown, known);
      throw wrong(
        `there is no argument ${JSON.stringify(unknown)}`,
        meant === null ? `there is: ${known.join(', ')}` : `did you mean ${meant}?`,
      );
    }
    this.#given = given;
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined || value === '') throw wrong(`${name} is missing`);
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.#given[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw wrong(`${name} must be a string`);
    return value;
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.optionalText(name);
    if (value === undefined) return undefined;
    const found = choices.find((choice) => choice === value);
    if (found === undefined)
      throw wrong(`${name} cannot be ${JSON.stringify(value)}`, `it is one of: ${choices.join(', ')}`);
    return found;
  }

  flag(name: string): boolean {
    const value = this.#given[name];
    if (value === undefined || value === null) return false;
    if (typeof value !== 'boolean') throw wrong(`${name} must be true or false`);
    return value;
  }

  count(name: string, without: number, most: number): number {
    return Math.min(this.optionalCount(name) ?? without, most);
  }

  optionalCount(name: string): number | undefined {
    const value = this.#given[name];
    if (value === undefined || value === null) return undefined;
    if (!Number.isSafeInteger(value) || (value as number) < 1) throw wrong(`${name} must be a whole number from 1`);
    return value as number;
  }

  /** An object; models write it as a JSON string now and then. */
  object(name: string): Payload {
    let value = this.#given[name] ?? {};
    try {
      if (typeof value === 'string') value = JSON.parse(value) as object;
    } catch {}
    if (typeof value !== 'object' || Array.isArray(value)) throw wrong(`${name} must be a JSON object`);
    return value as Payload;
  }

  id(name: string): string {
    return idOf(this.text(name));
  }

  optionalId(name: string): string | undefined {
    const value = this.optionalText(name);
    return value === undefined || value === '' ? undefined : idOf(value);
  }

  /** One id, or a list of them. */
  ids(name: string): readonly string[] {
    const value = this.#given[name];
    const list = Array.isArray(value) ? (value as unknown[]) : [value];
    if (list.length === 0 || list.some((each) => typeof each !== 'string'))
      throw wrong(`${name} must be a list of ids`);
    return list.map((each) => idOf(each as string));
  }
}

function idOf(text: string): string {
  const id = text.trim().toLowerCase();
  if (MESSAGE_ID.test(id)) return id;
  throw wrong(`${JSON.stringify(text)} is no message id`, 'ids stand in the header of a message and in read_inbox');
}

const wrong = (message: string, hint = ''): OrchestraError => new OrchestraError('usage', message, hint);
