/** TeX mathematics commands and their Unicode characters, and the superscript and subscript letters and digits that exist. */

const lowerGreek =
  "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho varsigma sigma tau upsilon varphi chi psi omega";
const upperGreek =
  "Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho . Sigma Tau Upsilon Phi Chi Psi Omega";

/** Commands by what they stand for: `≤ leq le`. */
function tableOf(lines: string): [command: string, text: string][] {
  return lines
    .trim()
    .split("\n")
    .flatMap((line) => {
      const [text = "", ...commands] = line.trim().split(" ");
      return commands.map((command): [string, string] => [command, text]);
    });
}

function inOrder(names: string, first: number): [command: string, text: string][] {
  return names.split(" ").map((name, at) => [name, String.fromCodePoint(first + at)]);
}

/** Stand by what follows, as letters do. */
export const symbols: ReadonlyMap<string, string> = new Map([
  ...inOrder(lowerGreek, 0x3b1),
  ...inOrder(upperGreek, 0x391),
  ...tableOf(`
    ε epsilon
    θ vartheta
    ϖ varpi
    ρ varrho
    φ phi
    ℓ ell
    ℏ hbar
    ∞ infty
    ∂ partial
    ∇ nabla
    ∅ emptyset varnothing
    ∀ forall
    ∃ exists
    ¬ neg lnot
    ∑ sum
    ∏ prod
    ∫ int
    ℜ Re
    ℑ Im
    ℵ aleph
    ° degree
    ′ prime
    ⊤ top
    ⊥ bot
    † dagger
    ⋆ star
    ∗ ast
    ⟨ langle
    ⟩ rangle
    ⌈ lceil
    ⌉ rceil
    ⌊ lfloor
    ⌋ rfloor
    ‖ | Vert lVert rVert
    | vert lvert rvert
    … ldots dots cdots dotsc dotsb
    — textemdash
    – textendash
    % %
    $ $
    & &
    # #
    _ _
    { { lbrace
    } } rbrace
    \\ backslash`),
]);

/** Get a space on both sides if there is one before them. */
export const operators: ReadonlyMap<string, string> = new Map(
  tableOf(`
    × times
    · cdot
    ± pm
    ∓ mp
    ∘ circ
    ÷ div
    ⊗ otimes
    ⊕ oplus
    ∪ cup
    ∩ cap
    ∧ wedge land
    ∨ vee lor
    ∖ setminus`),
);

/** Have a space on both sides. */
export const relations: ReadonlyMap<string, string> = new Map(
  tableOf(`
    ≤ leq le leqslant
    ≥ geq ge geqslant
    < lt
    > gt
    ≠ neq ne
    ≈ approx
    ≃ simeq
    ≅ cong
    ≡ equiv
    ∼ sim
    ∝ propto
    ≪ ll
    ≫ gg
    ≲ lesssim
    ≳ gtrsim
    ≺ prec
    ≻ succ
    ∈ in
    ∉ notin
    ∋ ni
    ⊂ subset
    ⊆ subseteq
    ⊃ supset
    ⊇ supseteq
    ∣ mid
    ∥ parallel
    ⊥ perp
    → to rightarrow longrightarrow
    ← gets leftarrow
    ↔ leftrightarrow
    ⇒ Rightarrow implies
    ⇔ Leftrightarrow iff
    ↦ mapsto
    ↑ uparrow
    ↓ downarrow
    ≜ triangleq
    ↪ hookrightarrow
    ⊢ vdash`),
);

/** Are written as words. */
export const functions: ReadonlySet<string> = new Set(
  "log ln lg exp min max sup inf lim sin cos tan arcsin arccos arctan sinh cosh tanh det dim ker deg gcd arg Pr hom".split(" "),
);

/** Combining characters that stand on one letter. */
export const accents: ReadonlyMap<string, string> = new Map([
  ["hat", "\u0302"],
  ["widehat", "\u0302"],
  ["tilde", "\u0303"],
  ["widetilde", "\u0303"],
  ["bar", "\u0304"],
  ["overline", "\u0304"],
  ["dot", "\u0307"],
  ["ddot", "\u0308"],
  ["check", "\u030c"],
  ["vec", "\u20d7"],
]);

const pairs = (from: string, to: string): [string, string][] => {
  const targets = [...to];
  return [...from].map((sign, at) => [sign, targets[at] ?? sign]);
};

export const superscripts: ReadonlyMap<string, string> = new Map([
  ...pairs("0123456789+−-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ"),
  // High as they are.
  ...pairs("′*†⋆∗∘%°", "′*†⋆*°%°"),
]);

export const subscripts: ReadonlyMap<string, string> = new Map(
  pairs("0123456789+−-=().,aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎.,ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ"),
);

/** Double-struck letters that are outside the contiguous block. */
const doubleStruck: ReadonlyMap<string, string> = new Map(pairs("CHNPQRZ", "ℂℍℕℙℚℝℤ"));

/** `ℝ` of `R`; what has no such form stays. */
export function doubleStruckOf(text: string): string {
  return text.replace(/[A-Z1]/g, (letter) => {
    if (letter === "1") return "𝟙";
    return doubleStruck.get(letter) ?? String.fromCodePoint(0x1d538 + letter.charCodeAt(0) - 65);
  });
}
