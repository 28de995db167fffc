/** Text inside of HTML and XML. */
const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** For content, and for attributes in double quotes. */
export function escapeHtml(text) {
    return text.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}
//# sourceMappingURL=html.js.map