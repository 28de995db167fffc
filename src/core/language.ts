/** Which language a text is in. */
import { francAll } from "franc-min";

/** BCP 47 primary subtags to ISO 639-3, for the languages that the detector distinguishes and papers are written in. */
const iso3OfTag: Readonly<Record<string, string>> = {
  ar: "arb",
  bg: "bul",
  cs: "ces",
  de: "deu",
  en: "eng",
  es: "spa",
  fa: "pes",
  fr: "fra",
  hu: "hun",
  id: "ind",
  it: "ita",
  ja: "jpn",
  ko: "kor",
  nl: "nld",
  pl: "pol",
  pt: "por",
  ro: "ron",
  ru: "rus",
  sr: "srp",
  sv: "swe",
  tr: "tur",
  uk: "ukr",
  vi: "vie",
  zh: "cmn",
};

/** More of a text tells no more. */
const enough = 600;
/** Fewer characters tell too little. */
const leastLength = 60;

/** ISO 639-3 of a BCP 47 tag (`en-GB` → `eng`); undefined for a language that the detector does not recognise. */
export function languageOfTag(tag: string | undefined): string | undefined {
  return tag === undefined ? undefined : iso3OfTag[tag.slice(0, 2).toLowerCase()];
}

/** ISO 639-3; undefined if a text is too short to decide. */
export function detectLanguage(text: string): string | undefined {
  if (text.length < leastLength) return undefined;
  const [best] = francAll(text.slice(0, enough), { only: Object.values(iso3OfTag) });
  return best === undefined || best[0] === "und" ? undefined : best[0];
}
