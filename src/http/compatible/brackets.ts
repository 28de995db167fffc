/** Keeps track of whether a part of a query is in a bracket that excludes all of its parts. */
export class Brackets {
  private depth = 0;
  /** The depth of the outermost such bracket; 0 outside of one. */
  private unwantedFrom = 0;

  get isUnwanted(): boolean {
    return this.unwantedFrom > 0;
  }

  open(isUnwanted: boolean): void {
    this.depth++;
    if (isUnwanted && this.unwantedFrom === 0) this.unwantedFrom = this.depth;
  }

  close(): void {
    if (this.unwantedFrom === this.depth) this.unwantedFrom = 0;
    this.depth = Math.max(0, this.depth - 1);
  }
}
