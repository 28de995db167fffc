/**
 * Which mathematics may be typeset as it is. A title comes from anywhere, and its entry goes into somebody's thesis, where TeX can read and
 * write files, run programs, or never end, or into notes, where it can be a link. So only commands that are known to show something pass:
 * there is no complete list of the others.
 */
import { accents, functions, operators, relations, symbols } from "./mathematics-symbols.ts";

/** Of LaTeX itself and of packages that most documents load (amsmath, amssymb, mathrsfs, bm), besides those that have a Unicode character. */
const shown =
  "mathrm mathbf mathit mathsf mathtt mathcal mathscr mathfrak mathnormal mathbb Bbb mathds mathbbm boldsymbol bm pmb underline operatorname " +
  "rm bf it sf tt sl cal frak displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits left right middle " +
  "big Big bigg Bigg bigl Bigl biggl Biggl bigr Bigr biggr Biggr bigm Bigm biggm Biggm " +
  "text textrm textbf textit textsf texttt textsc textup textnormal mbox hbox emph " +
  "quad qquad enspace thinspace frac dfrac tfrac cfrac nicefrac sfrac binom dbinom tbinom choose over atop sqrt " +
  "overset underset stackrel substack overbrace underbrace overrightarrow overleftarrow xrightarrow xleftarrow " +
  "acute grave breve mathring not phantom hphantom vphantom smash boxed prime sharp flat natural " +
  "pmod bmod pod mod mathop mathbin mathrel mathord mathopen mathclose mathpunct mathinner colon " +
  "bigcup bigcap bigsqcup bigvee bigwedge bigoplus bigotimes bigodot biguplus coprod iint iiint oint " +
  "limsup liminf varlimsup varliminf injlim projlim csc sec cot coth arccot " +
  "imath jmath eth digamma beth gimel daleth wp hslash Bbbk complement Finv Game mho surd angle measuredangle " +
  "square Box blacksquare Diamond lozenge blacklozenge triangle triangledown blacktriangle bigstar bigcirc bullet diamond " +
  "clubsuit diamondsuit heartsuit spadesuit checkmark " +
  "ddagger amalg wr uplus sqcap sqcup ltimes rtimes odot ominus oslash boxtimes boxplus dotplus smallsetminus intercal barwedge veebar curlywedge " +
  "curlyvee leftthreetimes rightthreetimes centerdot " +
  "asymp doteq doteqdot models dashv Vdash vDash Vvdash bowtie Join smile frown preceq succeq preccurlyeq succcurlyeq precsim succsim " +
  "sqsubset sqsupset sqsubseteq sqsupseteq Subset Supset subsetneq supsetneq nsubseteq nsupseteq subseteqq supseteqq " +
  "lll ggg lessgtr gtrless leqq geqq lessapprox gtrapprox lneq gneq lneqq gneqq nless ngtr nleq ngeq nsim ncong nmid nparallel " +
  "nprec nsucc nvdash approxeq backsim eqsim triangleleft triangleright trianglelefteq trianglerighteq lhd rhd unlhd unrhd vartriangleleft " +
  "vartriangleright ntriangleleft therefore because between pitchfork multimap " +
  "nearrow searrow swarrow nwarrow updownarrow Uparrow Downarrow Updownarrow Leftarrow Longrightarrow Longleftarrow longleftarrow " +
  "longleftrightarrow Longleftrightarrow longmapsto hookleftarrow leftharpoonup leftharpoondown rightharpoonup rightharpoondown " +
  "rightleftharpoons leftrightharpoons rightleftarrows leftrightarrows rightrightarrows leftleftarrows rightsquigarrow leadsto curvearrowright " +
  "curvearrowleft circlearrowright circlearrowleft upharpoonright upharpoonleft restriction twoheadrightarrow rightarrowtail nrightarrow nleftarrow " +
  "vdots ddots dotsi dotso dotsm ulcorner urcorner llcorner lrcorner lgroup rgroup begin end";
const characters = [...",;:!>|{}$%&#_/-'\"`^.=~()[] \t\n\\"];

const commands: ReadonlySet<string> = new Set([
  ...shown.split(" "),
  ...characters,
  ...symbols.keys(),
  ...operators.keys(),
  ...relations.keys(),
  ...functions,
  ...accents.keys(),
]);
/** An array with nothing but columns: `*{99999}{c}` would repeat one for hours. So would the columns of starred matrices. */
const opened = /^\{(?:(?:p|b|B|v|V|small)?matrix|cases|aligned|gathered|split)\}|^\{array\}(?:\[[tcb]\])?\{[lcr|\s]{1,40}\}/;
const closed = /^\{(?:(?:p|b|B|v|V|small)?matrix|cases|array|aligned|gathered|split)\}/;
const longestEnvironment = 60;
/** Roots, arrows and phantoms are typeset four times, and so is what is in them: thirty in one another would take years. */
const mostNested = 8;

/** Whether nothing in this mathematics does anything else than to show something. Linear in its length. */
export function isPlainFormula(tex: string): boolean {
  // Two carets write any character in disguise, and a comment hides the closing brace and whatever follows.
  if (/\^\^|(?:^|[^\\])(?:\\\\)*%/.test(tex)) return false;
  for (const { index, 0: whole, 1: name = "" } of tex.matchAll(/\\([A-Za-z]+|[\s\S]|$)/g)) {
    if (!commands.has(name)) return false;
    const behind = tex.slice(index + whole.length, index + whole.length + longestEnvironment);
    if ((name === "begin" && !opened.test(behind)) || (name === "end" && !closed.test(behind))) return false;
  }
  return nestingOf(tex) <= mostNested;
}

function nestingOf(tex: string): number {
  let [depth, most] = [0, 0];
  for (const [part] of tex.matchAll(/\\[\s\S]|[{}]/g)) {
    if (part === "{") most = Math.max(most, ++depth);
    else if (part === "}") depth = Math.max(0, depth - 1);
  }
  return most;
}
