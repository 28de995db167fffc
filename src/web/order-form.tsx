/** The form that sets the order of results; the rest of the search stays the same. */
import { asksForOrder, orderFields, parametersOf, type SearchForm, searchHref, typedInto, withoutOrder } from "./search-form.ts";

/** @param props.hasReranker whether there is a reranker to choose. */
export function OrderForm({ form, hasReranker }: { form: SearchForm; hasReranker: boolean }) {
  const isSet = asksForOrder(form) || orderFields.some((name) => typedInto(form, name) !== "");
  const plain = withoutOrder(form);
  return (
    <details class="order" open={isSet}>
      <summary>Order</summary>
      <form action="/" method="get">
        {[...parametersOf(plain)].map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <div class="grid">
          <label>
            Newer first: days after which a score counts half
            <input name="halfLifeDays" inputmode="decimal" pattern="\d*\.?\d+" placeholder="365" value={typedInto(form, "halfLifeDays")} />
          </label>
          <label>
            Variety, 0 to 1
            <input name="diversity" inputmode="decimal" pattern="0|1|[01]?\.\d+" placeholder="0.3" value={typedInto(form, "diversity")} />
          </label>
          <label>
            Minimum score
            <input name="minScore" inputmode="decimal" pattern="-?\d*\.?\d+" placeholder="0.2" value={typedInto(form, "minScore")} />
          </label>
          <label class="check">
            <input type="checkbox" name="collapse" value="true" checked={form.collapse} /> Each work only once
          </label>
          {hasReranker ? (
            <label>
              Rerank the first 50
              <select name="rerank">
                <option value="" selected={form.rerank === ""}>
                  Default
                </option>
                <option value="true" selected={form.rerank === "true"}>
                  Yes
                </option>
                <option value="false" selected={form.rerank === "false"}>
                  No
                </option>
              </select>
            </label>
          ) : null}
        </div>
        <button type="submit">Apply</button> {isSet ? <a href={searchHref(plain)}>Reset</a> : null}
      </form>
    </details>
  );
}
