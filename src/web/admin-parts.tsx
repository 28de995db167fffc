/** Small parts of the page of whoever looks after the library. */

export function Action({ action, text }: { action: string; text: string }) {
  return (
    <form method="post" action={action}>
      <button type="submit">{text}</button>
    </form>
  );
}

export function Time({ at }: { at: string }) {
  return <time datetime={at}>{`${at.slice(0, 10)} ${at.slice(11, 16)} UTC`}</time>;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
