// The images from which a head boots its nodes, and the job that provisions nodes. Images are changed on the owner and
// copied to its peer after each change; a head that has not the newest would boot nodes from what somebody replaced.
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

void commit_image_change(Engine&);
/// Nodes are provisioned by the owner of each cell; the job dies with the machine or the service.
void provision(Engine&, Duration taking);
/// The target of a clone has what its source has.
void copy_images(Engine&, int from, int to);
/// An old disk was put in.
void age_images(Engine&, int head);

/// `provisioning`, `image_old` or nothing.
ha::Reason image_trouble(Engine&, int head);

void images_copied(Engine&, const Due&);
void provisioning_ends(Engine&, const Due&);

}  // namespace hasim::sim
