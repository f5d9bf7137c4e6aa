import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'

/** Packages that are native, or find their own files beside them. */
const LEFT_OUT = [/^pg-native$/, /^@myriaddreamin\//, /^@electric-sql\//]

/**
 * Puts a program and all it imports into one file: a process of thousands of modules takes seconds to begin, one of a
 * bundle a fraction of one. Files a module looks for beside itself are found where it stood.
 */
export async function bundle(program: URL, file: string): Promise<void> {
  const built = await rolldown({
    input: program.pathname,
    platform: 'node',
    external: LEFT_OUT,
    onLog: () => {},
    plugins: [
      {
        name: 'where-it-stood',
        transform: (code, id) =>
          code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)),
      },
    ],
  })
  await built.write({ file, format: 'esm', codeSplitting: false })
  await built.close()
}
