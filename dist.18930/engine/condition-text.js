const filterNames = {
    from: "dated from",
    to: "dated to",
    publishedFrom: "published from",
    publishedTo: "published to",
    updatedFrom: "updated from",
    updatedTo: "updated to",
    listedFrom: "listed from",
    listedTo: "listed to",
    yearFrom: "from the year",
    yearTo: "to the year",
    venues: "venue",
    categories: "category",
    sources: "source",
    authors: "author",
    title: "in the title",
    hasCode: "a link to code",
    hasAbstract: "an abstract",
    hasPdf: "a link to the PDF",
    minVotes: "votes from",
    minCitations: "citations from",
    languages: "language",
    withdrawn: "withdrawn or retracted",
};
/** Each condition by itself: a paper must meet all of them. */
export function singleFilters(filters) {
    return Object.entries(filters)
        .filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))
        .map(([name, value]) => ({ [name]: value }));
}
/** `author: vaswani or devlin`, `from the year: 2019`, `not: a link to code`. */
export function describeFilters(filters) {
    return Object.entries(filters)
        .map(([name, value]) => {
        const known = filterNames[name];
        if (value === true)
            return known;
        if (value === false)
            return `not: ${known}`;
        const joint = name === "title" ? " and " : " or ";
        return `${known}: ${Array.isArray(value) ? value.join(joint) : String(value)}`;
    })
        .join(", ");
}
/** What an interest asks of each paper, whatever it is about; empty where it asks nothing. */
export function describeConditions({ filters, excludedWords }) {
    return [describeFilters(filters), excludedWords.length === 0 ? "" : `without ${excludedWords.join(", ")}`]
        .filter((part) => part !== "")
        .join(", ");
}
/** @param spell a term as the query writes it. */
export function describeRequirement(requirement, spell) {
    const quote = (terms) => `“${terms.map(spell).join(" ")}”`;
    const alternative = (one) => `${one.negated ? "not: " : ""}${"filters" in one ? describeFilters(one.filters) : quote(one.terms)}`;
    switch (requirement.kind) {
        case "phrase":
            return `the words ${quote(requirement.terms)} in this order`;
        case "either":
            return requirement.group.map(alternative).join(", or ");
        case "without":
            return `without ${quote(requirement.terms)}`;
        case "unlike":
            return `not: ${describeFilters(requirement.filters)}`;
        case "unseen":
            return "not seen, saved or dismissed by you";
    }
}
//# sourceMappingURL=condition-text.js.map