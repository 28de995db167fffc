/** The fields of the form that creates or changes an interest. */
import type { Interest } from "../core/interest.ts";
import { describeFilters } from "../engine/search/condition-text.ts";
import { Problem } from "./layout.tsx";

/** The values as typed, so that they are kept when they are refused. */
export interface InterestForm {
  readonly name: string;
  readonly words: string;
  readonly positives: string;
  readonly negatives: string;
  readonly excludedWords: string;
  /** In the syntax of a search. */
  readonly conditions: string;
  readonly weight: string;
}

export const emptyInterestForm: InterestForm = {
  name: "",
  words: "",
  positives: "",
  negatives: "",
  excludedWords: "",
  conditions: "",
  weight: "1",
};

export function InterestFields({
  form,
  action,
  button,
  problem,
  filters = {},
  version,
}: {
  form: InterestForm;
  action: string;
  button: string;
  problem: string | undefined;
  /** The conditions that the interest has. */
  filters?: Interest["filters"];
  version?: string;
}) {
  return (
    <form class="kin" method="post" action={action}>
      <Problem text={problem} />
      {version === undefined ? null : <input type="hidden" name="version" value={version} />}
      <label>
        What it is about, in words
        <textarea name="words" rows={3} dir="auto" placeholder="a sentence, some terms, or a whole abstract">
          {form.words}
        </textarea>
      </label>
      <label>
        Papers like these (ids or addresses, one a line)
        <textarea name="positives" rows={3} placeholder="arXiv:1706.03762">
          {form.positives}
        </textarea>
      </label>
      <label>
        Name
        <input name="name" value={form.name} dir="auto" placeholder="made from the words if left empty" />
      </label>
      <Narrowing form={form} filters={filters} />
      <button type="submit">{button}</button>
    </form>
  );
}

/** Fields that few interests need; open if one of them is set. */
function Narrowing({ form, filters }: { form: InterestForm; filters: Interest["filters"] }) {
  const hasConditions = Object.keys(filters).length > 0;
  const { negatives, excludedWords, conditions, weight } = form;
  const isOpen = hasConditions || [negatives, excludedWords, conditions].some((text) => text !== "") || weight !== emptyInterestForm.weight;
  return (
    <details class="narrowing" open={isOpen}>
      <summary>Narrow it down: what it is not, conditions, weight</summary>
      <label>
        But not like these (ids or addresses, one a line)
        <textarea name="negatives" rows={2}>
          {form.negatives}
        </textarea>
      </label>
      <label>
        Leave out papers with these words (one a line)
        <textarea name="excludedWords" rows={2} dir="auto">
          {form.excludedWords}
        </textarea>
      </label>
      <label>
        {hasConditions ? "Other conditions that each pick has to meet" : "Conditions that each pick has to meet"}, written as in a search
        <input name="conditions" value={form.conditions} placeholder="venue:Nature category:cs.* year:2020.." dir="auto" />
      </label>
      {hasConditions ? (
        <label class="check">
          <input type="checkbox" name="anything" value="yes" /> No longer only {describeFilters(filters)}
        </label>
      ) : null}
      <label>
        Weight, from 0.1 to 10: its share of the picks compared with other interests
        <input name="weight" type="number" min="0.1" max="10" step="0.1" value={form.weight} />
      </label>
    </details>
  );
}
