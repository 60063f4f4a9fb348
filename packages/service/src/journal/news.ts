/** Tells those who wait that something with an id has changed. */
export interface News {
  /** Resolves at the next change; ask before looking, so that none is missed. */
  of(id: bigint): Promise<void>;
  tell(id: bigint): void;
}

export function createNews(): News {
  const waiting = new Map<bigint, { readonly promise: Promise<void>; readonly resolve: () => void }>();
  return {
    of(id) {
      const known = waiting.get(id);
      if (known !== undefined) return known.promise;
      let resolve = (): void => undefined;
      const promise = new Promise<void>((done) => (resolve = done));
      waiting.set(id, { promise, resolve });
      return promise;
    },
    tell(id) {
      waiting.get(id)?.resolve();
      waiting.delete(id);
    },
  };
}
