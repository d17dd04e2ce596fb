"""What is in the file that a person takes away: pages that open without Hygie, her originals, data, journal and proofs."""

from hygie.portal.away.parts import parts as parts
