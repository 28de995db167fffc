export class Rebuilds {
    now;
    watched = [];
    constructor(now) {
        this.now = now;
    }
    /** @param state how far it is, asked until it is `rebuilt`. */
    begin(index, reason, state) {
        this.watched.unshift({ rebuild: { index, reason, state: "rebuilding", since: this.now().toISOString() }, state });
    }
    /** The latest first. */
    list() {
        for (const watched of this.watched) {
            const { rebuild } = watched;
            if (rebuild.state === "rebuilt")
                continue;
            const state = watched.state();
            watched.rebuild = state === "rebuilt" ? { ...rebuild, state, until: this.now().toISOString() } : { ...rebuild, state };
        }
        return this.watched.map(({ rebuild }) => rebuild);
    }
}
//# sourceMappingURL=rebuilds.js.map