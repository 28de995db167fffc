/** The admin page's list of embedding generations, and the form that starts another one. */
import { describeModel } from "../core/generation.ts";
import type { DescribedGeneration } from "../engine/upkeep/status.ts";
import { sizeText, Time } from "./admin-parts.tsx";

/** The values as typed, so that they are kept when they are refused. */
export interface ReindexForm {
  readonly model: string;
  readonly M: string;
  readonly efConstruction: string;
  readonly truncation: string;
  readonly keep: string;
  readonly workers: string;
  readonly isNew: boolean;
}

export const emptyReindexForm: ReindexForm = { model: "", M: "", efConstruction: "", truncation: "", keep: "1", workers: "", isNew: false };

export function Generations({ generations, papers }: { generations: readonly DescribedGeneration[]; papers: number }) {
  if (generations.length === 0) return <p>Nothing is embedded yet.</p>;
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            {["No.", "State", "Papers", "Model", "Index", "Recall@10", "Audited", "Size"].map((name) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {generations.map(({ generation, state, embedded, begun, audit, parameters, fileBytes, vectorBytes }) => (
            <tr>
              <td>{generation.id}</td>
              <td>
                {state}
                {begun === undefined ? null : (
                  <>
                    , begun <Time at={begun} />
                  </>
                )}
              </td>
              <td>{`${embedded.toLocaleString("en")} of ${papers.toLocaleString("en")}`}</td>
              <td>{describeModel(generation)}</td>
              <td>{`M ${parameters.M}, ef ${parameters.efConstruction}`}</td>
              <td>{audit === undefined ? "–" : audit.recallAt10.toFixed(3)}</td>
              <td>{audit === undefined ? "never" : <Time at={audit.at} />}</td>
              <td>{sizeText(fileBytes + vectorBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export const reindexing = "Reindex: another model, other parameters";

interface ReindexProps {
  readonly form: ReindexForm;
  readonly isOpen: boolean;
  readonly model: string;
  readonly models: readonly string[];
  /** See `OnceOnly`. */
  readonly once: string;
}

export function Reindex({ form, isOpen, model, models, once }: ReindexProps) {
  return (
    <details open={isOpen}>
      <summary>{reindexing}</summary>
      <form class="kin" method="post" action="/admin/reindex">
        <input type="hidden" name="once" value={once} />
        <div class="grid">
          <Field name="model" label="Model" value={form.model} placeholder={model} list="models" />
          <datalist id="models">
            {models.map((one) => (
              <option value={one} />
            ))}
          </datalist>
          <Field name="M" label="Links per paper (M)" value={form.M} placeholder="16" />
          <Field name="efConstruction" label="Search width while building (efConstruction)" value={form.efConstruction} placeholder="200" />
          <Field name="truncation" label="Tokens per text" value={form.truncation} placeholder="all that the model reads" />
          <Field name="workers" label="Processes" value={form.workers} placeholder="as many as the server has" />
          <Field name="keep" label="Old generations to keep" value={form.keep} placeholder="1" />
          <label class="check">
            <input type="checkbox" name="new" value="true" checked={form.isNew} /> Start from scratch in any case
          </label>
        </div>
        <button type="submit">Reindex</button>
      </form>
    </details>
  );
}

function Field({
  name,
  label,
  value,
  placeholder,
  list,
}: {
  name: string;
  label: string;
  value: string;
  placeholder: string;
  list?: string;
}) {
  return (
    <label>
      {label}
      <input name={name} value={value} placeholder={placeholder} list={list} inputmode={list === undefined ? "numeric" : undefined} />
    </label>
  );
}
