/** Who gets how many of a few places (D'Hondt): by weight, and never more than one has to offer. */
/** Gives out `places` one by one: each to the offer with the highest `weight / (places it has + 1)`, the earlier one of equals. */
export function allot(offers, places) {
    const taken = offers.map(() => 0);
    const given = [];
    while (given.length < places) {
        let next = -1;
        let highest = 0;
        offers.forEach(({ weight, items }, at) => {
            const has = taken[at] ?? 0;
            const quotient = weight / (has + 1);
            if (has < items.length && quotient > highest)
                [next, highest] = [at, quotient];
        });
        const item = offers[next]?.items[taken[next] ?? 0];
        if (item === undefined)
            return given;
        given.push(item);
        taken[next] = (taken[next] ?? 0) + 1;
    }
    return given;
}
//# sourceMappingURL=allotment.js.map