/** How the library is, for people and programs that look after it. */
import { defaultGraphParameters } from "../core/generation.js";
export async function describeStatus(library, own) {
    const status = await library.status();
    const generations = (await library.generations()).map((entry) => {
        const { id, dimensions, graph = defaultGraphParameters } = entry.generation;
        const files = status.files.filter(({ name }) => name.startsWith(`generation-${id}/`));
        return {
            ...entry,
            parameters: graph,
            fileBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
            vectorBytes: 4 * dimensions * entry.embedded,
        };
    });
    return { ...status, ...own, generations, work: await library.claimedWork(), health: await library.health() };
}
/** What people and logs are told of it, a line each; none where all is well. @param embeddingFault why no text can be embedded. */
export function notesOfHealth({ rebuilds, writesStopped }, embeddingFault) {
    const notes = rebuilds.map(({ index, reason, state, until }) => {
        const what = `the index of ${index}, since ${reason}`;
        if (state === "rebuilt")
            return `rebuilt: ${what} (done ${until})`;
        const meanwhile = index === "vectors" ? "; every vector is compared until it is there" : "";
        return state === "rebuilding" ? `rebuilding: ${what}${meanwhile}` : `could not be rebuilt: ${what}; every vector is compared`;
    });
    if (embeddingFault !== undefined)
        notes.unshift(`nothing is searched by meaning: ${embeddingFault}`);
    return writesStopped === undefined ? notes : [`writing has stopped: ${writesStopped}`, ...notes];
}
//# sourceMappingURL=status.js.map