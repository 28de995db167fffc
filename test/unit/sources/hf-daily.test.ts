/** Answers of Hugging Face's Daily Papers API. */
import { describe, expect, it } from "vitest";
import { hfDailyFormat } from "../../../src/sources/hf-daily.ts";
import { hfDailySample } from "./json-samples.ts";
import { paperFrom, refusalOf } from "./reading.ts";
import { onlyPaper } from "./reading-text.ts";

const [wrapped] = JSON.parse(hfDailySample);

describe("a paper of Daily Papers", () => {
  it("has two dates: that of the paper, and the day on which it was listed", async () => {
    expect(await onlyPaper(hfDailyFormat, hfDailySample)).toEqual({
      ids: ["arXiv:2401.00001"],
      title: "Kinds of kin",
      abstract: "We count kettles.",
      authors: [{ name: "Ada Example" }, { name: "Bo Other" }],
      published: "2024-01-02",
      listed: "2024-01-03",
      categories: [],
      keywords: ["kettle", "lantern"],
      codeUrl: "https://github.com/example/kin",
      votes: 3,
      comments: 2,
      sources: ["hf-daily"],
    });
  });

  it("is listed on the day of its submission if it is not wrapped", async () => {
    const alone = { ...wrapped.paper, submittedOnDailyAt: "2024-01-04T00:00:00.000Z", numComments: 5 };
    expect(hfDailyFormat.recognize(JSON.stringify(alone))).toBe(1);
    expect(await paperFrom(hfDailyFormat, alone)).toMatchObject({ published: "2024-01-02", listed: "2024-01-04", comments: 5 });
    expect(await paperFrom(hfDailyFormat, wrapped.paper)).not.toHaveProperty("listed");
  });

  it("takes missing fields from the object that wraps it", async () => {
    const paper = await paperFrom(hfDailyFormat, { ...wrapped, paper: { id: "2401.00001v3" } });
    expect(paper).toMatchObject({ ids: ["arXiv:2401.00001"], title: "Kinds of kin", abstract: "We count kettles.", version: 3 });
  });

  it("has an arXiv id in either form, or an id with another scheme", async () => {
    const idsOf = async (id: string) => (await paperFrom(hfDailyFormat, { ...wrapped, paper: { ...wrapped.paper, id } })).ids;
    expect(await idsOf("hep-th/9901001")).toEqual(["arXiv:hep-th/9901001"]);
    expect(await idsOf("DOI:10.5555/KETTLE")).toEqual(["DOI:10.5555/kettle"]);
  });

  it("may be withdrawn", async () => {
    const paper = { ...wrapped.paper, withdrawnAt: "2024-02-01T00:00:00.000Z" };
    expect((await paperFrom(hfDailyFormat, { ...wrapped, paper })).status).toBe("withdrawn");
    expect((await paperFrom(hfDailyFormat, { ...wrapped, paper: { ...paper, withdrawnAt: null } })).status).toBeUndefined();
  });

  it("is refused with the name of the invalid field", async () => {
    const wrong = (fields: object) => refusalOf(hfDailyFormat, { ...wrapped, paper: { ...wrapped.paper, ...fields } });
    expect(await wrong({ id: "" })).toMatchObject({ field: "id" });
    expect(await wrong({ publishedAt: "2024-02-30" })).toMatchObject({ field: "publishedAt" });
    expect(await wrong({ upvotes: "3" })).toMatchObject({ field: "upvotes" });
    expect(await wrong({ ai_keywords: [1] })).toMatchObject({ field: "ai_keywords" });
  });

  it("is recognised wrapped or alone, in old and new answers", () => {
    for (const record of [
      wrapped,
      { paper: { id: "2401.00001", title: "T" }, numComments: 0 },
      { id: "2401.00001", title: "T", upvotes: 0 },
      { id: "2401.00001", summary: "S", publishedAt: "2024-01-02" },
    ])
      expect(hfDailyFormat.recognize(JSON.stringify([record]))).toBe(1);
    for (const record of [{ paper: { title: "T" }, numComments: 1 }, { id: "2401.00001", title: "T" }, {}])
      expect(hfDailyFormat.recognize(JSON.stringify([record]))).toBe(0);
  });
});
