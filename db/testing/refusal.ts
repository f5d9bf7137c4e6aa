/** The database's own message behind drizzle's "Failed query"; "accepted" when it did not refuse. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'accepted'
  } catch (error) {
    const cause = (error as Error).cause
    return cause instanceof Error ? cause.message : String(error)
  }
}
