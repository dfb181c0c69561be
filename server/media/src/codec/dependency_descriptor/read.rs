//! Reading.

use super::bits::BitReader;
use super::{Descriptor, MAX_TARGETS, MAX_TEMPLATES, Structure, Template};
use crate::codec::layers::{Frame, Target};
use bytes::Bytes;
use std::sync::Arc;

/// Octets that every descriptor has.
const MANDATORY: usize = 3;
const NOT_PRESENT: u32 = 0;
const NEXT_TEMPORAL: u8 = 1;
const NEXT_SPATIAL: u8 = 2;
const NO_MORE: u8 = 3;

impl Descriptor {
    /// `structure` is that of the last key frame, and is replaced when the packet brings another one along. `None` if the
    /// descriptor is malformed, or belongs to a structure that we have not seen.
    pub(crate) fn read(raw: &Bytes, structure: &mut Option<Arc<Structure>>) -> Option<Self> {
        let mut bits = BitReader::new(raw);
        let starts_frame = bits.flag()?;
        let ends_frame = bits.flag()?;
        let template = bits.small(6)?;
        let frame_number = u16::try_from(bits.read(16)?).ok()?;
        let (mut active, mut active_at) = (None, bits.at);
        let mut has_structure = false;
        let mut custom = [false; 3];
        let mut known = structure.clone();
        if raw.len() > MANDATORY {
            has_structure = bits.flag()?;
            let has_active = bits.flag()?;
            custom = [bits.flag()?, bits.flag()?, bits.flag()?];
            if has_structure {
                known = Some(Arc::new(Structure::read(&mut bits)?));
            }
            active_at = bits.at;
            if has_active {
                active = Some(bits.read(usize::from(known.as_ref()?.targets))?);
            }
        }
        let known = known?;
        let index = template.wrapping_sub(known.first_template) & 0x3f;
        let Template {
            spatial,
            temporal,
            mut needed,
        } = *known.templates.get(usize::from(index))?;
        let [custom_needed, custom_references, custom_chains] = custom;
        if custom_needed {
            needed = read_needed(&mut bits, known.targets)?;
        }
        if custom_references {
            loop {
                let size = bits.read(2)?;
                if size == 0 {
                    break;
                }
                bits.read(4 * size as usize)?;
            }
        }
        if custom_chains {
            for _ in 0..known.chains {
                bits.read(8)?;
            }
        }
        let frame = Frame {
            spatial,
            temporal,
            needed: Target::every()
                .zip(known.meaning)
                .filter(|(_, meaning)| needed & (1 << meaning) != 0)
                .map(|(target, _)| target)
                .collect(),
            ends: ends_frame,
        };
        if has_structure {
            *structure = Some(Arc::clone(&known));
        }
        Some(Self {
            raw: raw.clone(),
            structure: known,
            frame_number,
            starts_frame,
            has_structure,
            frame,
            active,
            active_at: u16::try_from(active_at).ok()?,
            end: u16::try_from(bits.at).ok()?,
        })
    }
}

/// One indication for each decode target. Returns those to which the frame matters; a bit for each.
fn read_needed(bits: &mut BitReader, targets: u8) -> Option<u32> {
    let mut needed = 0;
    for target in 0..targets {
        if bits.read(2)? != NOT_PRESENT {
            needed |= 1 << target;
        }
    }
    Some(needed)
}

impl Structure {
    fn read(bits: &mut BitReader) -> Option<Self> {
        let first_template = bits.small(6)?;
        let targets = bits.small(5)? + 1;
        let mut templates = read_layers(bits)?;
        for template in &mut templates {
            template.needed = read_needed(bits, targets)?;
        }
        for _ in &templates {
            // Distances to the frames it leans on.
            while bits.flag()? {
                bits.read(4)?;
            }
        }
        let chains = u8::try_from(bits.below(u32::from(targets) + 1)?).ok()?;
        if chains > 0 {
            for _ in 0..targets {
                bits.below(u32::from(chains))?;
            }
            for _ in 0..templates.len() * usize::from(chains) {
                bits.read(4)?;
            }
        }
        if bits.flag()? {
            let top = templates.iter().map(|template| template.spatial).max()?;
            for _ in 0..=top {
                bits.read(32)?;
            }
        }
        let meaning = meaning(&templates, targets);
        Some(Self {
            first_template,
            templates,
            targets,
            chains,
            meaning,
        })
    }
}

fn read_layers(bits: &mut BitReader) -> Option<Vec<Template>> {
    let mut templates = Vec::with_capacity(16);
    let mut template = Template::default();
    loop {
        if templates.len() == MAX_TEMPLATES {
            return None;
        }
        templates.push(template);
        match bits.small(2)? {
            NEXT_TEMPORAL => template.temporal += 1,
            NEXT_SPATIAL => {
                template.temporal = 0;
                template.spatial += 1;
            }
            NO_MORE => return Some(templates),
            _ => {}
        }
    }
}

/// Which decode target each choice of layers means: the highest within it, or the lowest there is.
fn meaning(templates: &[Template], targets: u8) -> [u8; 16] {
    let mut layers = [(0_u8, 0_u8); MAX_TARGETS];
    for template in templates {
        for (target, (spatial, temporal)) in layers.iter_mut().enumerate() {
            if template.needed & (1 << target) != 0 {
                *spatial = template.spatial.max(*spatial);
                *temporal = template.temporal.max(*temporal);
            }
        }
    }
    let layers = &layers[..usize::from(targets)];
    let mut meaning = [0; 16];
    for (choice, meaning) in Target::every().zip(&mut meaning) {
        let best = (0..targets)
            .zip(layers)
            .filter(|(_, (spatial, temporal))| {
                *spatial <= choice.spatial && *temporal <= choice.temporal
            })
            .max_by_key(|(_, layers)| **layers);
        let lowest = || (0..targets).zip(layers).min_by_key(|(_, layers)| **layers);
        *meaning = best.or_else(lowest).map_or(0, |(target, _)| target);
    }
    meaning
}
