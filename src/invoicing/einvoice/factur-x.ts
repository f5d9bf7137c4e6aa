import type { DocumentAttachment } from '#src/gateways/documents/renderer.ts'
import { AppError } from '#src/kernel/errors.ts'
import { extendMetadata } from './pdf-metadata.ts'

// Source: Factur-X 1.07 / ZUGFeRD 2.3, "Technical appendix: PDF/A-3": names, relationship and XMP schema.
const FILE_NAME = 'factur-x.xml'
const NAMESPACE = 'urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#'

const PROPERTIES = [
  ['DocumentType', 'The type of the hybrid document in capital letters', 'INVOICE'],
  ['DocumentFileName', 'The name of the embedded XML document', FILE_NAME],
  ['Version', 'The actual version of the standard applying to the embedded XML document', '1.0'],
  ['ConformanceLevel', 'The conformance level of the embedded XML document', 'EN 16931'],
] as const

/** The e-invoice as a file in the PDF: the same content for machines. */
export function facturXAttachment(xml: string): DocumentAttachment {
  return { name: FILE_NAME, mime: 'text/xml', relationship: 'alternative', content: xml }
}

/** The e-invoice of a document; null where none can be made of it: the PDF is sent all the same, without. */
export function xmlWherePossible(write: () => string): string | null {
  try {
    return write()
  } catch (error) {
    if (error instanceof AppError && error.code === 'refused') return null
    throw error
  }
}

/** Says in the PDF's metadata that it is a Factur-X document, and what it carries. The credit note is INVOICE too. */
export function markFacturX(pdf: Uint8Array): Uint8Array {
  const values = PROPERTIES.map(([name, , value]) => `<fx:${name}>${value}</fx:${name}>`)
  const described = PROPERTIES.map(
    ([name, description]) =>
      `<rdf:li rdf:parseType="Resource"><pdfaProperty:name>${name}</pdfaProperty:name>` +
      '<pdfaProperty:valueType>Text</pdfaProperty:valueType>' +
      '<pdfaProperty:category>external</pdfaProperty:category>' +
      `<pdfaProperty:description>${description}</pdfaProperty:description></rdf:li>`,
  )
  return extendMetadata(pdf, {
    description: `<rdf:Description rdf:about="" xmlns:fx="${NAMESPACE}">${values.join('')}</rdf:Description>`,
    schema:
      '<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>' +
      `<pdfaSchema:namespaceURI>${NAMESPACE}</pdfaSchema:namespaceURI>` +
      '<pdfaSchema:prefix>fx</pdfaSchema:prefix>' +
      `<pdfaSchema:property><rdf:Seq>${described.join('')}</rdf:Seq></pdfaSchema:property></rdf:li>`,
  })
}
