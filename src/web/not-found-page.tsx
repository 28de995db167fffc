/** The answer to addresses that lead nowhere. */
import type { NotFoundHandler } from "hono";
import { documentOf } from "./layout.tsx";
import { NotFoundPage } from "./message-page.tsx";

export const notFoundPage: NotFoundHandler = (c) => c.html(documentOf(<NotFoundPage />), 404);
