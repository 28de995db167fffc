/** Topics in SQLite. */
import { AppError } from "../../core/errors.js";
export class TopicTable {
    select;
    insert;
    delete;
    constructor(db) {
        this.select = db.prepare("SELECT slug, name, description FROM topics ORDER BY name, slug");
        this.insert = db.prepare("INSERT OR IGNORE INTO topics (slug, name, description) VALUES (@slug, @name, @description)");
        this.delete = db.prepare("DELETE FROM topics WHERE slug = ?");
    }
    all() {
        return this.select.all();
    }
    add(topic) {
        if (this.insert.run(topic).changes === 0) {
            throw new AppError("topic_exists", `There is a topic “${topic.slug}” already.`, { mend: "Choose another name, or remove it first." });
        }
    }
    remove(slug) {
        return this.delete.run(slug).changes > 0;
    }
}
//# sourceMappingURL=topic-table.js.map