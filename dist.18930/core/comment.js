/** What the people of a service say to each other of a paper. */
/** In characters (code points). */
export const longestComment = 1_000;
//# sourceMappingURL=comment.js.map