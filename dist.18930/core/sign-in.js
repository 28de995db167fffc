/** How people are known to the pages: sessions behind a cookie, links in mails that begin one, and where those are sent. */
export {};
//# sourceMappingURL=sign-in.js.map