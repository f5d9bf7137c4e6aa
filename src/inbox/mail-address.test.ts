import { expect, it } from 'vitest'
import { mailAddress } from './mail-address.ts'

it.each([
  ['Ada@Customer.Example', 'ada@customer.example'],
  [' ada@customer.example ', 'ada@customer.example'],
  ['ada@müller.example', 'ada@xn--mller-kva.example'],
  ["o'hara+inv@customer.example", "o'hara+inv@customer.example"],
  ['josé@customer.example', 'josé@customer.example'],
])('reads %s as %s', (text, address) => {
  expect(mailAddress(text)).toBe(address)
})

it.each([
  ['a Cyrillic а', '\u0430da@customer.example'],
  ['a Cyrillic domain', 'ada@\u0441ustomer.example'],
  ['its punycode', 'ada@xn--ustomer-4fg.example'],
  ['a Kelvin sign', '\u212Aate@customer.example'.replace('ate', 'ada')],
  ['full-width letters', '\uFF41da@customer.example'],
  ['a plus', 'ada+x@customer.example'],
  ['a dot', 'a.da@customer.example'],
  ['a quoted local part', '"ada@customer.example"@evil.example'],
  ['a zero-width space', 'ada\u200B@customer.example'],
  ['a NUL', 'ada@customer.example\u0000'],
  ['a tab inside', 'ada\t@customer.example'],
  ['two addresses', 'ada@customer.example,eve@evil.example'],
  ['a comment', 'ada@customer.example(eve)'],
])('never takes an address with %s for ada@customer.example', (_what, text) => {
  expect(mailAddress(text)).not.toBe('ada@customer.example')
})

it.each([
  '',
  'ada',
  '@customer.example',
  'ada@',
  'ada@customer',
  'ada@[192.0.2.1]',
  'a b@c.example',
])('finds no address in "%s"', (text) => {
  expect(mailAddress(text)).toBe('')
})
