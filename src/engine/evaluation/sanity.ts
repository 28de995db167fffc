/**
 * The recommender of arxiv-sanity-lite, for comparison: a linear SVM on TF-IDF of words and word pairs, with every unlabelled candidate
 * in the negative class. Parameters as in its code and in scikit-learn's defaults.
 */
import { mulberry32 } from "../../core/ranking/metrics.ts";

interface SparseRow {
  readonly features: readonly number[];
  readonly values: readonly number[];
}

const mostFeatures = 20_000;
const leastDocuments = 3;
const mostShare = 0.1;
const cost = 0.01;
const mostPasses = 60;
const tolerance = 1e-3;

/** Stop words, mostly as in scikit-learn's list. */
const stopWords = new Set(
  (
    "a about above across after again against all almost alone along already also although always am among an and another any are around as at " +
    "back be became because become been before behind being below between beyond both but by can cannot could de did do does done down due during " +
    "each either else enough even ever every few first for found from full further get give go had has have he hence her here him his how however i " +
    "if in into is it its itself last least less made many may me might mine more moreover most mostly much must my name namely neither never " +
    "nevertheless next no nobody none nor not nothing now nowhere of off often on once one only onto or other others otherwise our out over own part " +
    "per perhaps please put rather re same see seem seemed seems several she should show side since so some somehow someone something sometimes still " +
    "such take than that the their them then thence there thereby therefore these they this those though three through thus to together too toward " +
    "towards two un under until up upon us very via was we well were what whatever when where whereas whether which while who whole whom whose why will " +
    "with within without would yet you your"
  ).split(" "),
);

function featuresOf(text: string): string[] {
  const folded = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const words = (folded.match(/\b[a-z_][a-z0-9_]+\b/g) ?? []).filter((word) => !stopWords.has(word));
  return [...words, ...words.slice(1).map((word, at) => `${words[at]} ${word}`)];
}

export class SanityRecommender {
  private readonly rows: SparseRow[];
  private readonly size: number;

  /** @param texts title and abstract of every document; the other parameters refer to them by index. */
  constructor(texts: readonly string[]) {
    const documents = texts.map((text) => countsOf(featuresOf(text)));
    const holding = new Map<string, number>();
    const total = new Map<string, number>();
    for (const counts of documents) {
      for (const [feature, count] of counts) {
        holding.set(feature, (holding.get(feature) ?? 0) + 1);
        total.set(feature, (total.get(feature) ?? 0) + count);
      }
    }
    const vocabulary = [...holding]
      .filter(([, count]) => count >= leastDocuments && count <= mostShare * texts.length)
      .map(([feature]) => feature)
      .sort((a, b) => (total.get(b) ?? 0) - (total.get(a) ?? 0) || (a < b ? -1 : 1))
      .slice(0, mostFeatures);
    const numberOf = new Map(vocabulary.map((feature, at) => [feature, at]));
    this.size = vocabulary.length;
    this.rows = documents.map((counts) => {
      const known = [...counts].flatMap(([feature, count]) => {
        const number = numberOf.get(feature);
        if (number === undefined) return [];
        const rarity = 1 + Math.log((1 + texts.length) / (1 + (holding.get(feature) ?? 0)));
        return [{ number, value: (1 + Math.log(count)) * rarity }];
      });
      const length = Math.hypot(...known.map(({ value }) => value)) || 1;
      return { features: known.map(({ number }) => number), values: known.map(({ value }) => value / length) };
    });
  }

  /** @returns a score for each candidate. */
  rank(positives: readonly number[], negatives: readonly number[], candidates: readonly number[]): number[] {
    const training = [...positives, ...negatives, ...candidates].map((at) => this.row(at));
    const weights = trainSvm(training, positives.length, this.size);
    return candidates.map((at) => product(this.row(at), weights));
  }

  /** Cosines with the mean of the examples. */
  rankByCentroid(positives: readonly number[], candidates: readonly number[]): number[] {
    const mean = new Float64Array(this.size + 1);
    for (const at of positives) addTo(mean, this.row(at), 1 / positives.length);
    return candidates.map((at) => product(this.row(at), mean));
  }

  private row(at: number): SparseRow {
    return this.rows[at] ?? { features: [], values: [] };
  }
}

function countsOf(features: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const feature of features) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  return counts;
}

/**
 * Dual coordinate descent for squared hinge loss (Hsieh et al. 2008), with balanced classes.
 * @param positives how many of the rows, from the first on, are positive. @returns one weight per feature, then the bias.
 */
function trainSvm(rows: readonly SparseRow[], positives: number, size: number): Float64Array {
  const weights = new Float64Array(size + 1);
  const alphas = new Float64Array(rows.length);
  const costOf = (at: number) => (cost * rows.length) / (2 * (at < positives ? positives : rows.length - positives));
  const diagonals = rows.map((_, at) => 1 / (2 * costOf(at)));
  const squares = rows.map((row, at) => row.values.reduce((sum, value) => sum + value * value, 1) + (diagonals[at] ?? 0));
  const order = rows.map((_, at) => at);
  const random = mulberry32(1);
  for (let pass = 0; pass < mostPasses; pass++) {
    let largest = 0;
    for (let last = order.length - 1; last > 0; last--) {
      const other = Math.floor(random() * (last + 1));
      [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
    }
    for (const at of order) {
      const row = rows[at];
      if (row === undefined) continue;
      const sign = at < positives ? 1 : -1;
      const alpha = alphas[at] ?? 0;
      const gradient = sign * (product(row, weights) + (weights[size] ?? 0)) - 1 + (diagonals[at] ?? 0) * alpha;
      const projected = alpha === 0 ? Math.min(gradient, 0) : gradient;
      if (projected === 0) continue;
      largest = Math.max(largest, Math.abs(projected));
      const changed = Math.max(0, alpha - gradient / (squares[at] ?? 1));
      addTo(weights, row, (changed - alpha) * sign);
      weights[size] = (weights[size] ?? 0) + (changed - alpha) * sign;
      alphas[at] = changed;
    }
    if (largest < tolerance) break;
  }
  return weights;
}

function product({ features, values }: SparseRow, weights: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < features.length; at++) sum += (values[at] ?? 0) * (weights[features[at] ?? 0] ?? 0);
  return sum;
}

function addTo(weights: Float64Array, { features, values }: SparseRow, factor: number): void {
  for (let at = 0; at < features.length; at++) {
    const feature = features[at] ?? 0;
    weights[feature] = (weights[feature] ?? 0) + factor * (values[at] ?? 0);
  }
}
