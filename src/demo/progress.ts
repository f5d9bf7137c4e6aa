/** Progress for people, on stderr: a moving bar on a terminal, a line per finished step elsewhere. */
export interface Progress {
  step(title: string): Step
}

export interface Step {
  at(done: number, total: number): void
  done(note?: string): void
}

const WIDTH = 24

export function progressOn(stream: NodeJS.WriteStream, nowMs: () => number): Progress {
  const moving = stream.isTTY
  return {
    step: (title) => {
      const started = nowMs()
      let shown = -1
      const draw = (share: number, note: string) => {
        const filled = Math.round(share * WIDTH)
        const bar = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}`
        stream.write(`\r\x1b[2K  ${bar}  ${title} ${note}`)
      }
      if (moving) draw(0, '')
      return {
        at: (done, total) => {
          const share = total === 0 ? 1 : done / total
          if (!moving || Math.round(share * 100) === shown) return
          shown = Math.round(share * 100)
          draw(share, `${done.toLocaleString('en')} / ${total.toLocaleString('en')}`)
        },
        done: (note = '') => {
          const seconds = ((nowMs() - started) / 1000).toFixed(1)
          const start = moving ? '\r\x1b[2K' : ''
          stream.write(`${start}  ✓ ${title}${note ? `: ${note}` : ''} (${seconds} s)\n`)
        },
      }
    },
  }
}
