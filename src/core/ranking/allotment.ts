/** Distributes a few places among several lists (D'Hondt): by weight, and never more than a list has to offer. */

export interface Offer<T> {
  readonly weight: number;
  /** Best first. */
  readonly items: readonly T[];
}

/** Assigns `places` one by one, each to the list with the highest `weight / (places it has + 1)`; ties go to the earlier one. */
export function allot<T>(offers: readonly Offer<T>[], places: number): T[] {
  const taken = offers.map(() => 0);
  const given: T[] = [];
  while (given.length < places) {
    let next = -1;
    let highest = 0;
    offers.forEach(({ weight, items }, at) => {
      const has = taken[at] ?? 0;
      const quotient = weight / (has + 1);
      if (has < items.length && quotient > highest) [next, highest] = [at, quotient];
    });
    const item = offers[next]?.items[taken[next] ?? 0];
    if (item === undefined) return given;
    given.push(item);
    taken[next] = (taken[next] ?? 0) + 1;
  }
  return given;
}
