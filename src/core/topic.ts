/** Subjects that everybody can follow. */

export interface Topic {
  readonly slug: string;
  readonly name: string;
  /** Words that say what belongs to it. */
  readonly description: string;
}

export interface TopicStore {
  /** By name. */
  topics(): Promise<Topic[]>;
  /** Throws `topic_exists`. */
  addTopic(topic: Topic): Promise<void>;
  /** @returns false if there was none. */
  removeTopic(slug: string): Promise<boolean>;
}
