/** Personal data in Maps. */
import { type Feedback, type FeedbackKind, type Interest, ownerName } from "../../core/interest.ts";
import type { Judgment } from "../../core/judgment.ts";
import { compareText } from "../../core/order.ts";
import type { GivenToPaper, InterestDivision, PersonalStore, StoredKey } from "../../core/personal-store.ts";
import type { Picks } from "../../core/picks.ts";

/** One person's data. */
interface Own {
  readonly interests: Map<string, Interest>;
  readonly feedback: Map<string, Feedback>;
  readonly judgments: Map<string, Judgment>;
  readonly picks: Map<string, Picks>;
}

export class MemoryPersonalStore implements PersonalStore {
  private readonly names = new Set<string>();
  private readonly owned = new Map<string, Own>();
  private stored: StoredKey[] = [];

  /** @param others other stores with personal data. */
  constructor(private readonly others: readonly { removePerson(name: string): void }[]) {}

  async people(): Promise<string[]> {
    return [...this.names].sort(compareText);
  }

  async addPerson(name: string, key?: StoredKey): Promise<boolean> {
    const isNew = !this.names.has(name);
    if (isNew && name !== ownerName) this.forget(name);
    this.names.add(name);
    if (key !== undefined) this.stored.push({ ...key });
    return isNew;
  }

  async removePerson(name: string): Promise<boolean> {
    this.forget(name);
    return this.names.delete(name);
  }

  private forget(name: string): void {
    this.owned.delete(name);
    for (const other of this.others) other.removePerson(name);
    this.stored = this.stored.filter((key) => key.person !== name);
  }

  async keys(): Promise<StoredKey[]> {
    return [...this.stored].sort((a, b) => compareText(a.created, b.created) || compareText(a.hash, b.hash));
  }

  async removeKeys(prefix: string): Promise<number> {
    const before = this.stored.length;
    this.stored = this.stored.filter((key) => key.prefix !== prefix);
    return before - this.stored.length;
  }

  async interests(person: string): Promise<Interest[]> {
    const all = [...this.own(person).interests.values()];
    return structuredClone(all).sort((a, b) => compareText(a.created, b.created) || compareText(a.id, b.id));
  }

  async putInterest(person: string, interest: Interest, isSame: (other: Interest) => boolean = () => false): Promise<Interest> {
    const { interests } = this.own(person);
    const same = [...interests.values()].find(isSame);
    if (same === undefined) interests.set(interest.id, structuredClone(interest));
    return structuredClone(same ?? interest);
  }

  async replaceInterest(person: string, before: Interest, after: Interest): Promise<boolean> {
    const { interests } = this.own(person);
    if (JSON.stringify(interests.get(before.id)) !== JSON.stringify(before)) return false;
    interests.set(before.id, structuredClone(after));
    return true;
  }

  async removeInterest(person: string, id: string): Promise<boolean> {
    return this.own(person).interests.delete(id);
  }

  async divideInterest(person: string, { before, first, second, moved }: InterestDivision): Promise<boolean> {
    const { interests, feedback } = this.own(person);
    if (JSON.stringify(interests.get(before.id)) !== JSON.stringify(before)) return false;
    for (const one of [first, second]) interests.set(one.id, structuredClone(one));
    for (const { paperId, kind, at } of moved) {
      const said = feedback.get(`${kind} ${paperId}`);
      if (said?.interest === before.id && said.at === at) feedback.set(`${kind} ${paperId}`, { ...said, interest: second.id });
    }
    return true;
  }

  async forgetInterest(person: string, id: string): Promise<void> {
    const { feedback } = this.own(person);
    for (const [key, { interest, ...said }] of [...feedback]) {
      if (interest !== id) continue;
      if (said.kind !== "dismiss") {
        feedback.set(key, said);
        continue;
      }
      feedback.delete(key);
      const seen = `seen ${said.paperId}`;
      if (!feedback.has(seen)) feedback.set(seen, { ...said, kind: "seen" });
    }
  }

  async feedback(person: string): Promise<Feedback[]> {
    return [...this.own(person).feedback.values()].sort(
      (a, b) => compareText(b.at, a.at) || compareText(a.paperId, b.paperId) || compareText(a.kind, b.kind),
    );
  }

  async feedbackOn(person: string, paperIds: readonly string[]): Promise<Feedback[]> {
    return (await this.feedback(person)).filter(({ paperId }) => paperIds.includes(paperId));
  }

  async countFeedback(person: string, kind: FeedbackKind): Promise<number> {
    return [...this.own(person).feedback.values()].filter((one) => one.kind === kind).length;
  }

  async putFeedback(person: string, feedback: Feedback): Promise<void> {
    this.own(person).feedback.set(`${feedback.kind} ${feedback.paperId}`, { ...feedback });
  }

  async removeFeedback(person: string, paperId: string, kind: FeedbackKind): Promise<boolean> {
    return this.own(person).feedback.delete(`${kind} ${paperId}`);
  }

  async popularity(paperIds: readonly string[]): Promise<GivenToPaper[]> {
    const asked = new Set(paperIds);
    const given = [...this.owned]
      .sort(([a], [b]) => compareText(a, b))
      .map(([, { feedback }]) =>
        [...feedback.values()].flatMap(({ paperId, kind, at }) =>
          asked.has(paperId) && (kind === "vote" || kind === "save") ? [{ paperId, kind, at }] : [],
        ),
      )
      .filter((own) => own.length > 0);
    const all = given.flatMap((own, at) => own.map((one) => ({ giver: at + 1, ...one })));
    return all.sort((a, b) => compareText(a.at, b.at) || compareText(a.paperId, b.paperId) || a.giver - b.giver);
  }

  async judgments(person: string, query?: string): Promise<Judgment[]> {
    const all = [...this.own(person).judgments.values()].filter((one) => query === undefined || one.query === query);
    return all.sort((a, b) => compareText(b.at, a.at) || compareText(a.query, b.query) || compareText(a.paperId, b.paperId));
  }

  async countJudgments(person: string): Promise<number> {
    return this.own(person).judgments.size;
  }

  async putJudgment(person: string, judgment: Judgment): Promise<void> {
    this.own(person).judgments.set(judgmentKey(judgment.query, judgment.paperId), { ...judgment });
  }

  async removeJudgment(person: string, query: string, paperId: string): Promise<boolean> {
    return this.own(person).judgments.delete(judgmentKey(query, paperId));
  }

  async picks(person: string, date: string): Promise<Picks | undefined> {
    return structuredClone(this.own(person).picks.get(date));
  }

  async keepPicks(person: string, picks: Picks): Promise<Picks> {
    const own = this.own(person).picks;
    if (!own.has(picks.date)) own.set(picks.date, structuredClone(picks));
    return structuredClone(own.get(picks.date) ?? picks);
  }

  async replacePicks(person: string, before: Picks, after: Picks): Promise<boolean> {
    const { picks } = this.own(person);
    if (JSON.stringify(picks.get(before.date)) !== JSON.stringify(before)) return false;
    picks.set(before.date, structuredClone(after));
    return true;
  }

  async pickHistory(person: string): Promise<Picks[]> {
    return structuredClone([...this.own(person).picks.values()]).sort((a, b) => compareText(b.date, a.date));
  }

  private own(person: string): Own {
    const found = this.owned.get(person) ?? { interests: new Map(), feedback: new Map(), judgments: new Map(), picks: new Map() };
    this.owned.set(person, found);
    return found;
  }
}

function judgmentKey(query: string, paperId: string): string {
  return JSON.stringify([query, paperId]);
}
