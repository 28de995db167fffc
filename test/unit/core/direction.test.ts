/** The direction of texts that mix words of both directions. */
import { describe, expect, it } from "vitest";
import { directionOf } from "../../../src/core/direction.ts";

describe("the direction of a text", () => {
  it.each([
    "تعلم عميق لتصنيف النصوص العربية",
    "BERT و GPT من أشهر النماذج اللغوية.",
    "LSTM برای پیش‌بینی آب و هوای تهران",
    "מודלים מסוג Transformer",
    "(2023) סקירה",
    "ا",
  ])("is right to left if most of its words are, whatever it begins with: %s", (text) => expect(directionOf(text)).toBe("rtl"));

  it.each([
    "",
    "A",
    "2023",
    "نص is the Arabic word for text.",
    "Words such as שלום (peace)",
    "\u0661\u0662 tables",
    "深層学習",
    "\uD800 א b c",
  ])("is left to right otherwise: %s", (text) => expect(directionOf(text)).toBe("ltr"));
});
