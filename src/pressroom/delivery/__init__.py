"""From documents to people: releases, site, packs, mail, schedule."""
