/** Topics in SQLite. */
import { AppError } from "../../core/errors.ts";
import type { Topic } from "../../core/topic.ts";
import type { Sqlite } from "./database.ts";

export class TopicTable {
  private readonly select;
  private readonly insert;
  private readonly delete;

  constructor(db: Sqlite) {
    this.select = db.prepare<[], Topic>("SELECT slug, name, description FROM topics ORDER BY name, slug");
    this.insert = db.prepare("INSERT OR IGNORE INTO topics (slug, name, description) VALUES (@slug, @name, @description)");
    this.delete = db.prepare("DELETE FROM topics WHERE slug = ?");
  }

  all(): Topic[] {
    return this.select.all();
  }

  add(topic: Topic): void {
    if (this.insert.run(topic).changes === 0) {
      throw new AppError("topic_exists", `There is a topic “${topic.slug}” already.`, { mend: "Choose another name, or remove it first." });
    }
  }

  remove(slug: string): boolean {
    return this.delete.run(slug).changes > 0;
  }
}
