/** Collections deeper than this, or within themselves, begin a path of their own. */
const deepest = 50;
export class FileCollections {
    #names = new Map();
    #parents = new Map();
    /** By key of a record or a collection, the collections that hold it. */
    #holders = new Map();
    add({ key, name, parent, parts }) {
        this.#names.set(key, name);
        if (parent !== undefined)
            this.#parents.set(key, parent);
        for (const part of parts) {
            const holders = this.#holders.get(part);
            if (holders === undefined)
                this.#holders.set(part, [key]);
            else
                holders.push(key);
        }
    }
    /** Paths with slashes of the collections that a record is in; the key of one that the file does not name. Once all are added. */
    pathsOf({ collections = [], collectionKeys = [], key }) {
        const keys = [...collectionKeys, ...((key === undefined ? undefined : this.#holders.get(key)) ?? [])];
        return [...new Set([...collections, ...keys.map((one) => this.#pathOf(one))])];
    }
    #pathOf(key) {
        const path = [];
        for (let at = key; at !== undefined && path.length < deepest;) {
            path.unshift(this.#names.get(at) ?? at);
            at = this.#parents.get(at) ?? this.#holders.get(at)?.[0];
        }
        return path.join("/");
    }
}
//# sourceMappingURL=collections.js.map