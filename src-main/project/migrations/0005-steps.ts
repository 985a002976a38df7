/** Changes that were one step of a reader, as a flag on many cases is, share a word in `step`, and are taken back together; null: a step by itself. */
export const sql = `ALTER TABLE readings ADD COLUMN step TEXT;`
