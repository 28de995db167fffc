/**
 * Messages as HTML for mail programs: tables for the frame, styles beside what they style, no images, colours that a dark
 * screen may turn around.
 */
import { escapeHtml } from "../core/html.ts";

const font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const styles = {
  body: "margin:0;padding:0;background:#ffffff;color:#1c1f23",
  // An address in an abstract would make the table, and every line with it, wider than a telephone.
  frame: `max-width:640px;width:100%;${font};font-size:16px;line-height:1.5;text-align:left;overflow-wrap:anywhere;word-break:break-word`,
  preview: "display:none;max-height:0;overflow:hidden",
  link: "color:#0b57a4",
} as const;

/** The style of a paragraph. */
export const paragraphStyle = "margin:0 0 6px;font-size:15px";

/** Programs that know the reader's preference get colours of their own; the others turn the light ones around or leave them. */
const darkStyles = `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){.pk-body{background:#16181c!important;color:#e6e8eb!important}.pk-dim{color:#a4abb6!important}.pk-link{color:#8ab8f2!important}.pk-line{border-color:#3a404a!important}}`;

/** A whole document. @param preview what lists of mails show beside the subject. @param inner HTML. */
export function mailDocument(title: string, preview: string, inner: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(title)}</title><style>${darkStyles}</style></head>
<body class="pk-body" style="${styles.body}"><div style="${styles.preview}">${escapeHtml(preview)}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td align="center" style="padding:16px">
<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="${styles.frame}"><tr><td>
${inner}
</td></tr></table></td></tr></table></body></html>
`;
}

export function paragraph(html: string): string {
  return `<p style="${paragraphStyle}">${html}</p>`;
}

/** @param href absolute. */
export function mailLink(href: string, text: string): string {
  return `<a class="pk-link" style="${styles.link}" href="${escapeHtml(href)}">${escapeHtml(text)}</a>`;
}
