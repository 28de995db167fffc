/** A day's message as HTML for mail programs. */
import { directionOf } from "../../core/direction.ts";
import { escapeHtml } from "../../core/html.ts";
import { readableMathematics } from "../../core/mathematics-text.ts";
import { mailDocument, mailLink, paragraph, paragraphStyle } from "../mail-html.ts";
import type { DigestContent, DigestEntry } from "./content.ts";
import type { DigestLinks } from "./links.ts";
import { closingWords, dayInWords, factsOf, shortAbstract } from "./text.ts";

const styles = {
  day: "margin:0 0 8px;font-size:14px;color:#5a6270",
  section: "margin:24px 0 8px;padding-bottom:4px;border-bottom:1px solid #c9ced6;font-size:18px",
  title: "margin:20px 0 4px;font-size:17px;line-height:1.35",
  facts: "margin:0 0 4px;font-size:14px;color:#5a6270",
  why: "margin:0 0 4px;font-size:14px;font-style:italic",
  actions: "margin:0;font-size:14px",
  end: "margin:28px 0 0;padding-top:8px;border-top:1px solid #c9ced6;font-size:13px;color:#5a6270",
} as const;

/** The attributes of what a paper says: many mail programs know no `auto`, and the frame aligns to the left. */
function textStyle(style: string, text: string, language: string | undefined): string {
  const spoken = language === undefined ? "" : ` lang="${escapeHtml(language)}"`;
  return directionOf(text) === "rtl" ? `style="${style};text-align:right" dir="rtl"${spoken}` : `style="${style}"${spoken}`;
}

export function digestHtml(content: DigestContent, links: DigestLinks, subject: string): string {
  const entry = (one: DigestEntry) => {
    const { paper, feedback } = links.of(one);
    const { language, title, abstract } = one.paper;
    return [
      `<h3 ${textStyle(styles.title, title, language)}>${mailLink(paper, readableMathematics(title))}</h3>`,
      `<p class="pk-dim" style="${styles.facts}">${escapeHtml(factsOf(one.paper))}</p>`,
      one.why === "" ? "" : `<p style="${styles.why}">${escapeHtml(one.why)}</p>`,
      abstract === "" ? "" : `<p ${textStyle(paragraphStyle, abstract, language)}>${escapeHtml(shortAbstract(one.paper))}</p>`,
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
