/** Questions in the same words. */
type Group = {
  members: number;
  byAsker: Map<string, number>;
  /** Whether one answer is for all of them; null while nobody has said. */
  isShared: boolean | null;
};

export type Place = {
  /** To be told whether equal questions share an answer; absent where it does not matter, or is known. */
  onShared: ((isShared: boolean) => void) | undefined;
  /** Must be called once nothing is done for the question any more. */
  leave: () => void;
};

// What a question takes beside its text: its connection, its context.
const bytesOfQuestion = 8 * 1024;
const maxBytes = 64 * 1024 * 1024;

/**
 * Counts questions: equal ones that share an answer once, and once for each key or address that asks them. Until it is known whether
 * they share it, equal ones are taken to do so. The texts of all together are bounded, too.
 */
export class QuestionCount {
  readonly #most: number;
  readonly #mostOfOne: number;
  readonly #groups = new Map<string, Group>();
  readonly #ofAsker = new Map<string, number>();
  #count = 0;
  #bytes = 0;

  constructor(most: number) {
    this.#most = most;
    this.#mostOfOne = Math.max(1, Math.floor(most / 2));
  }

  get count(): number {
    return this.#count;
  }

  /** A place for a question; or why there is none. */
  enter(name: string, asker: string): Place | { full: string } {
    const group = this.#groups.get(name) ?? { members: 0, byAsker: new Map(), isShared: null };
    const own = group.byAsker.get(asker) ?? 0;
    const ofAsker = this.#ofAsker.get(asker) ?? 0;
    const bytes = bytesOfQuestion + 2 * name.length;
    const addsOne = group.members === 0 || group.isShared === false;
    if (addsOne && this.#count >= this.#most) {
      return { full: `${this.#most} questions wait already, which is all that may. Try again in a moment.` };
    }
    if ((own === 0 || group.isShared === false) && ofAsker >= this.#mostOfOne) {
      return {
        full: `${this.#mostOfOne} questions of this key or address wait already, which is all that one may have. Try again in a moment.`,
      };
    }
    if (this.#bytes + bytes > maxBytes) {
      return { full: 'The questions that wait take all the room there is for them. Try again in a moment.' };
    }
    this.#groups.set(name, group);
    this.#bytes += bytes;
    this.#change(group, asker, 1);
    return {
      onShared: group.members > 1 && group.isShared === null ? (isShared) => this.#learn(group, isShared) : undefined,
      leave: () => {
        this.#bytes -= bytes;
        this.#change(group, asker, -1);
        if (group.members === 0 && this.#groups.get(name) === group) this.#groups.delete(name);
      },
    };
  }

  #change(group: Group, asker: string, by: 1 | -1): void {
    const { members, byAsker } = group;
    const own = byAsker.get(asker) ?? 0;
    this.#add(asker, weightOf(group, own + by) - weightOf(group, own));
    this.#count += weightOf(group, members + by) - weightOf(group, members);
    group.members += by;
    if (own + by > 0) byAsker.set(asker, own + by);
    else byAsker.delete(asker);
  }

  #learn(group: Group, isShared: boolean): void {
    if (group.isShared !== null) return;
    group.isShared = isShared;
    if (isShared) return;
    this.#count += Math.max(0, group.members - 1);
    for (const [asker, own] of group.byAsker) this.#add(asker, own - 1);
  }

  #add(asker: string, count: number): void {
    const all = (this.#ofAsker.get(asker) ?? 0) + count;
    if (all > 0) this.#ofAsker.set(asker, all);
    else this.#ofAsker.delete(asker);
  }
}

/** As how many questions so many of a group count. */
function weightOf({ isShared }: Group, members: number): number {
  return isShared === false ? members : Math.min(members, 1);
}
