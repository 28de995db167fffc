/**
 * Messages as HTML for mail programs: tables for the frame, styles beside what they style, no images, colours that a dark
 * screen may turn around.
 */
import { directionOf } from "../../core/direction.ts";
import { escapeHtml } from "../../core/html.ts";
import { readableMathematics } from "../../core/mathematics-text.ts";
import type { DigestContent, DigestEntry } from "./content.ts";
import type { DigestLinks } from "./links.ts";
import { closingWords, dayInWords, factsOf, shortAbstract } from "./text.ts";

const font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const styles = {
  body: "margin:0;padding:0;background:#ffffff;color:#1c1f23",
  // An address in an abstract would make the table, and every line with it, wider than a telephone.
  frame: `max-width:640px;width:100%;${font};font-size:16px;line-height:1.5;text-align:left;overflow-wrap:anywhere;word-break:break-word`,
  preview: "display:none;max-height:0;overflow:hidden",
  day: "margin:0 0 8px;font-size:14px;color:#5a6270",
  section: "margin:24px 0 8px;padding-bottom:4px;border-bottom:1px solid #c9ced6;font-size:18px",
  title: "margin:20px 0 4px;font-size:17px;line-height:1.35",
  link: "color:#0b57a4",
  facts: "margin:0 0 4px;font-size:14px;color:#5a6270",
  why: "margin:0 0 4px;font-size:14px;font-style:italic",
  abstract: "margin:0 0 6px;font-size:15px",
  actions: "margin:0;font-size:14px",
  end: "margin:28px 0 0;padding-top:8px;border-top:1px solid #c9ced6;font-size:13px;color:#5a6270",
} as const;

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
  return `<p style="${styles.abstract}">${html}</p>`;
}

/** The attributes of what a paper says: many mail programs know no `auto`, and the frame aligns to the left. */
function textStyle(style: string, text: string, language: string | undefined): string {
  const spoken = language === undefined ? "" : ` lang="${escapeHtml(language)}"`;
  return directionOf(text) === "rtl" ? `style="${style};text-align:right" dir="rtl"${spoken}` : `style="${style}"${spoken}`;
}

/** @param href absolute. */
export function mailLink(href: string, text: string): string {
  return `<a class="pk-link" style="${styles.link}" href="${escapeHtml(href)}">${escapeHtml(text)}</a>`;
}

export function digestHtml(content: DigestContent, links: DigestLinks, subject: string): string {
  const entry = (one: DigestEntry) => {
    const { paper, feedback } = links.of(one);
    const { language, title, abstract } = one.paper;
    return [
      `<h3 ${textStyle(styles.title, title, language)}>${mailLink(paper, readableMathematics(title))}</h3>`,
      `<p class="pk-dim" style="${styles.facts}">${escapeHtml(factsOf(one.paper))}</p>`,
      one.why === "" ? "" : `<p style="${styles.why}">${escapeHtml(one.why)}</p>`,
      abstract === "" ? "" : `<p ${textStyle(styles.abstract, abstract, language)}>${escapeHtml(shortAbstract(one.paper))}</p>`,
      feedback.length === 0
        ? ""
        : `<p style="${styles.actions}">${feedback.map(({ href, text }) => mailLink(href, text)).join(" &nbsp;·&nbsp; ")}</p>`,
    ]
      .filter((part) => part !== "")
      .join("\n");
  };
  const end = [
    mailLink(links.page, "View on the web"),
    ...(links.unsubscribe === undefined ? [] : [mailLink(links.unsubscribe, "Unsubscribe")]),
  ];
  const inner = [
    `<p class="pk-dim" style="${styles.day}">${dayInWords(content.date)}</p>`,
    ...content.sections.flatMap(({ title, entries }) => [
      `<h2 class="pk-line" style="${styles.section}">${escapeHtml(title)}</h2>`,
      ...entries.map(entry),
    ]),
    ...closingWords(content).map((words) => paragraph(escapeHtml(words))),
    `<p class="pk-dim pk-line" style="${styles.end}">${end.join(" &nbsp;·&nbsp; ")}</p>`,
  ].join("\n");
  const preview = content.sections.map(({ title, entries }) => `${title}: ${entries.length}`).join(", ");
  return mailDocument(subject, preview, inner);
}
