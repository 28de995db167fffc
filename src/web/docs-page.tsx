/** The documentation of the API, generated from its OpenAPI document; nothing is loaded from other servers. */
import { raw } from "hono/html";
import { Page } from "./layout.tsx";
import { ApiDescription, bodiesOf, type Field, nameOfReference, type Operation, type Route, scopeOf, typeOf } from "./openapi.ts";

/** @param html the output of {@link ApiDocs}, which is the same for everybody. */
export function DocsPage({ html }: { html: string }) {
  return (
    <Page title="API" active="docs">
      {raw(html)}
    </Page>
  );
}

export function ApiDocs({ document }: { document: unknown }) {
  const api = new ApiDescription(document);
  return (
    <>
      <h1>The API</h1>
      <p class="lead">
        JSON over HTTP, version {api.version}. For programs: <a href="/openapi.json">openapi.json</a>.
      </p>
      <p>
        <Description text={api.description} />
      </p>
      <nav aria-label="Routes" class="routes">
        <ul>
          {api.groups.map(({ name, routes }) => (
            <li>
              {titleOf(name)}
              <ul>
                {routes.map(({ method, path }) => (
                  <li>
                    <a href={`#${anchorOf(method, path)}`}>
                      <code>
                        {method} {path}
                      </code>
                    </a>
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ul>
      </nav>
      {api.groups.map(({ name, description, routes }) => (
        <>
          <h2>{titleOf(name)}</h2>
          <p>{description}</p>
          {routes.map((route) => (
            <RouteSection api={api} route={route} />
          ))}
        </>
      ))}
      <h2>Schemas</h2>
      {api.schemas.map(({ name, fields }) => (
        <section id={`shape-${name}`} class="route">
          <h3>{name}</h3>
          <Fields fields={fields} />
        </section>
      ))}
    </>
  );
}

/** Descriptions are Markdown, but use only inline code. */
function Description({ text }: { text: string }) {
  return <>{text.split("`").map((part, at) => (at % 2 === 0 ? part : <code>{part}</code>))}</>;
}

/** A heading from the name of a tag, which is a word in small letters. */
function titleOf(tag: string): string {
  return tag.charAt(0).toUpperCase() + tag.slice(1);
}

function anchorOf(method: string, path: string): string {
  return `${method}${path}`.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

function RouteSection({ api, route: { method, path, operation } }: { api: ApiDescription; route: Route }) {
  const parameters = operation.parameters.map(
    (parameter): Field => ({
      name: parameter.name,
      type: `${parameter.schema === undefined ? "string" : typeOf(parameter.schema)}; in the ${parameter.in}${repeatedIn(parameter)}`,
      required: parameter.required === true,
      description: parameter.description ?? (typeof parameter.schema?.description === "string" ? parameter.schema.description : ""),
    }),
  );
  const scope = scopeOf(operation);
  return (
    <section id={anchorOf(method, path)} class="route">
      <h3>
        <code>
          {method} {path}
        </code>
      </h3>
      <p>
        <strong>{operation.summary}.</strong> <Description text={operation.description ?? ""} />
      </p>
      {scope === undefined ? null : (
        <p class="hint">
          Key: <code>{scope}</code>
        </p>
      )}
      {parameters.length === 0 ? null : <Fields fields={parameters} />}
      {bodiesOf(operation).map((body) => (
        <Body api={api} body={body} />
      ))}
      <h4>Responses</h4>
      <Answers responses={operation.responses} />
      <pre>{exampleOf(method, path, operation)}</pre>
    </section>
  );
}

/** How a list is written in an address: `category=cs.CL&category=cs.IR`. */
function repeatedIn({ in: place, schema }: Operation["parameters"][number]): string {
  return place === "query" && schema?.type === "array" ? ", repeated for each value" : "";
}

function Body({ api, body: { types, schema } }: { api: ApiDescription; body: ReturnType<typeof bodiesOf>[number] }) {
  return (
    <>
      <h4>
        Body,{" "}
        {types.map((type, at) => (
          <>
            {at === 0 ? "" : ", "}
            <code>{type}</code>
          </>
        ))}
      </h4>
      {schema === undefined ? null : api.fields(schema).length === 0 ? (
        <p>{typeof schema.description === "string" ? <Description text={schema.description} /> : typeOf(schema)}</p>
      ) : (
        <Fields fields={api.fields(schema)} />
      )}
    </>
  );
}

function Answers({ responses }: Pick<Operation, "responses">) {
  return (
    <ul class="answers">
      {Object.entries(responses).map(([status, { description, content }]) => (
        <li>
          <code>{status === "default" ? "4xx, 5xx" : status}</code> <Description text={description} />
          {Object.values(content ?? {}).map(({ schema }) => {
            const name = nameOfReference(schema);
            return name === undefined ? null : (
              <>
                : <a href={`#shape-${name}`}>{name}</a>
              </>
            );
          })}
        </li>
      ))}
    </ul>
  );
}

function Fields({ fields }: { fields: readonly Field[] }) {
  if (fields.length === 0) return null;
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Type</th>
            <th scope="col">What it is</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr>
              <td>
                <code>{field.name}</code>
                {field.required ? <span class="required"> required</span> : null}
              </td>
              <td>{field.type}</td>
              <td>
                <Description text={field.description} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A command that calls the route, with the examples of the document. */
function exampleOf(method: string, path: string, { parameters, requestBody }: Operation): string {
  const examples = parameters.flatMap((parameter) => {
    const example = parameter.schema?.example;
    return typeof example === "string" ? [{ ...parameter, example }] : [];
  });
  const ofPath = examples.filter((parameter) => parameter.in === "path");
  const ofQuery = examples
    .filter(({ in: place, name, required }) => place === "query" && (required === true || name === "q"))
    .map(({ name, example }): [string, string] => [name, example]);
  const filled = ofPath.reduce((address, { name, example }) => address.replace(`{${name}}`, example), path);
  const address = `'http://127.0.0.1:7460${filled}${ofQuery.length === 0 ? "" : `?${new URLSearchParams(ofQuery)}`}'`;
  if (method === "GET") return `curl ${address}`;
  const [body] = Object.entries(requestBody?.content ?? {}).filter(([, { example }]) => example !== undefined);
  if (body === undefined) return `curl -X ${method} ${address}`;
  const [type, { example }] = body;
  return `curl -X ${method} -H 'content-type: ${type}' -d '${JSON.stringify(example)}' ${address}`;
}
