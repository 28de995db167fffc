/** What several formats of bibliographies ask of a paper. */
import { type Author, dateOf, type Paper } from "../paper.ts";
import { collapseSpace } from "../text.ts";

/** How a work appeared, as far as its venue tells. */
export type WorkType = "article" | "conference" | "preprint";

const conferences =
  /\b(?:proceedings|conference|symposium|workshop|congress|neurips|nips|icml|iclr|aaai|ijcai|cvpr|iccv|eccv|wacv|acl|naacl|eacl|emnlp|conll|coling|interspeech|icassp|kdd|sigir|cikm|wsdm|recsys|www|colt|aistats|uai|ccs|ndss|usenix|osdi|sosp|nsdi|eurosys|sigcomm|sigmod|vldb|icde|pods|cidr|stoc|focs|soda|podc|disc|chi|uist|pldi|popl|oopsla|asplos|isca|micro|icse|fse|icra|iros|rss|corl|crypto|eurocrypt)\b/i;
const journals =
  /\b(?:journal|transactions|letters|annals|review|reviews|magazine|communications of|proceedings of the (?:national academy|ieee|royal society|vldb endowment|acm on)|pvldb|pnas)\b/i;

export function workTypeOf({ venue }: Pick<Paper, "venue">): WorkType {
  if (venue === undefined || /^(?:arxiv|corr|biorxiv|medrxiv|ssrn|preprint)\b/i.test(venue)) return "preprint";
  if (journals.test(venue)) return "article";
  return conferences.test(venue) ? "conference" : "article";
}

/** `Nature 1986` → `Nature`: the year has a field of its own. */
export function venueNameOf(paper: Paper): string | undefined {
  const { venue } = paper;
  const year = dateOf(paper)?.slice(0, 4);
  if (venue === undefined || year === undefined || !venue.endsWith(` ${year}`)) return venue;
  return venue.slice(0, -year.length - 1).replace(/(?<![\s,])[\s,]+$/, "");
}

/** The paper's id in a scheme (`DOI`, `arXiv`, …), without the scheme's name. */
export function idIn(paper: Pick<Paper, "ids">, scheme: string): string | undefined {
  return paper.ids.find((id) => id.startsWith(`${scheme}:`))?.slice(scheme.length + 1);
}

/** A person's name as bibliographies put it in order. */
export interface NameParts {
  readonly family: string;
  readonly given: string;
  /** `Jr.`, `III` */
  readonly suffix?: string;
}

/** The parts that a source gave separately. */
export function knownParts({ family, given }: Author): NameParts | undefined {
  return family === undefined || family === "" || given === undefined || given === "" ? undefined : { family, given };
}

const organisation =
  /\b(?:collaboration|consortium|team|group|project|institute|university|society|committee|network|foundation|inc\.?)\b/i;
const particle = /^(?:van|von|vom|zu|zur|de|del|della|der|den|di|da|dos|das|du|la|le|ter|ten|af|av|bin|ibn|al|el|st\.?)$/;
const suffixPattern = /^(?:jr|sr)\.?$|^(?:II|III|IV)$/i;
/** More words than the name of a person has. */
const mostWords = 6;

/** Whether a name would be taken apart wrongly as a person's. */
export function isWhole({ name }: Author): boolean {
  return /,|\band\b/i.test(name) || organisation.test(name);
}

/**
 * The parts of a name, from its source or guessed from its form: `Ludwig van Beethoven`. Undefined for organisations and for names of one
 * word.
 */
export function partsOf(author: Author): NameParts | undefined {
  const known = knownParts(author);
  if (known !== undefined || isWhole(author)) return known;
  const words = collapseSpace(author.name).split(" ");
  const suffix = words.length > 2 && suffixPattern.test(words.at(-1) ?? "") ? words.pop() : undefined;
  if (words.length < 2 || words.length > mostWords) return undefined;
  const prefixed = words.findIndex((word, at) => at > 0 && at < words.length - 1 && particle.test(word));
  const from = prefixed === -1 ? words.length - 1 : prefixed;
  return {
    family: words.slice(from).join(" "),
    given: words.slice(0, from).join(" "),
    ...(suffix === undefined ? {} : { suffix }),
  };
}
