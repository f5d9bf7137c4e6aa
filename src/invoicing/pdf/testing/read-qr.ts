import jsQR from 'jsqr'
import { getDocumentProxy, getResolvedPDFJS } from 'unpdf'

/** Pixels a square of the code is drawn with. */
const SCALE = 4
/** Of PDF.js: what its paths are made of, each with two coordinates but the last. */
const CLOSE = 4

/**
 * What a phone reads in the largest picture of rectangles on a document's pages: the paths of the finished PDF, drawn
 * black on white and given to a decoder that is not ours.
 */
export async function readQr(pdf: Uint8Array): Promise<string | null> {
  const document = await getDocumentProxy(new Uint8Array(pdf))
  const { OPS } = await getResolvedPDFJS()
  let largest: number[] = []
  for (let number = 1; number <= document.numPages; number += 1) {
    const { fnArray, argsArray } = await (await document.getPage(number)).getOperatorList()
    for (const [index, operator] of fnArray.entries()) {
      if (operator !== OPS.constructPath) continue
      const path = [...((argsArray[index] as [number, [Float32Array | null]])[1][0] ?? [])]
      if (path.length > largest.length) largest = path
    }
  }
  const squares = rectanglesOf(largest)
  const edge = (Math.max(...squares.flat()) + 4) * SCALE
  const image = new Uint8ClampedArray(edge * edge * 4).fill(255)
  for (const [left, top, right, bottom] of squares)
    for (let y = top * SCALE; y < bottom * SCALE; y += 1)
      for (let x = left * SCALE; x < right * SCALE; x += 1)
        image.fill(0, (y * edge + x) * 4, (y * edge + x) * 4 + 3)
  return (jsQR as unknown as typeof jsQR.default)(image, edge, edge)?.data ?? null
}

type Rectangle = readonly [left: number, top: number, right: number, bottom: number]

function rectanglesOf(path: readonly number[]): Rectangle[] {
  const rectangles: Rectangle[] = []
  let points: (readonly [number, number])[] = []
  for (let at = 0; at < path.length;) {
    if (path[at] === CLOSE) {
      const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)]
      rectangles.push([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)])
      points = []
      at += 1
    } else {
      points.push([path[at + 1] ?? 0, path[at + 2] ?? 0])
      at += 3
    }
  }
  return rectangles
}
