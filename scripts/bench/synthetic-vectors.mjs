// Synthetic vectors with the distribution of paper embeddings: in clusters of very different sizes, with far fewer effective dimensions
// than components.
import { mulberry32 } from "../../dist/core/ranking/metrics.js";
import { toUnit } from "../../dist/core/vectors.js";

export const dimensions = 384;
/** The effective dimensions. */
const latent = 48;
const clusters = 400;
/**
 * The distance of a vector from the centre of its cluster, which is about 1 from the origin, and noise in all dimensions. Queries lie
 * further out than papers, so that their neighbours are harder to find: with these numbers, as hard as those of queries to 100,000 real
 * papers.
 */
export const paperShape = { spread: 0.75, noise: 0.25 };
export const questionShape = { spread: 1.5, noise: 1 };

/** The same seed gives the same vectors; another seed gives others from the same clusters. */
export function* makeVectors(count, seed, { spread, noise }) {
  const shape = mulberry32(1);
  const axes = Array.from({ length: latent }, () => gaussians(dimensions, shape, 1 / Math.sqrt(dimensions)));
  const centres = Array.from({ length: clusters }, () => gaussians(latent, shape, 1 / Math.sqrt(latent)));
  const random = mulberry32(seed);
  for (let i = 0; i < count; i++) {
    // A few clusters contain most of the papers.
    const centre = centres[Math.floor(clusters * random() ** 2)];
    const place = gaussians(latent, random, spread / Math.sqrt(latent));
    const vector = gaussians(dimensions, random, noise / Math.sqrt(dimensions));
    for (let axis = 0; axis < latent; axis++) {
      const weight = centre[axis] + place[axis];
      const direction = axes[axis];
      for (let j = 0; j < dimensions; j++) vector[j] += weight * direction[j];
    }
    yield toUnit(vector);
  }
}

function gaussians(count, random, scale) {
  const values = new Float64Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = scale * Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    values[i] = radius * Math.cos(angle);
    if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}
