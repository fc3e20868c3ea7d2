"""Resources and attributes: Mesos's text form, its protobuf-like form and the short form of /state."""
import re


class MalformedAttribute(Exception):
    pass


def parse_attributes(text):
    """rack:2;id:slave-1 -> protobuf-like list"""
    attributes = []
    for pair in filter(None, re.split('[;\n]', text or '')):
        name, colon, value = pair.partition(':')
        if not colon or not name:
            raise MalformedAttribute("Invalid attribute key:value pair '%s'" % pair)
        attributes.append(_typed(name.strip(), value.strip()))
    return attributes


def _typed(name, value):
    if re.match(r'^-?[0-9.]+$', value):
        return {'name': name, 'type': 'SCALAR', 'scalar': {'value': float(value)}}
    if value.startswith('['):
        return {'name': name, 'type': 'RANGES', 'ranges': {'range': _ranges(value)}}
    return {'name': name, 'type': 'TEXT', 'text': {'value': value}}


def parse_resources(text):
    """cpus(*):2;ports:[31000-32000] -> protobuf-like list; ValueError with Mesos's sentence."""
    resources = []
    for item in filter(None, re.split('[;\n]', text or '')):
        if item.count(':') != 1:
            raise ValueError("Bad value for resources, missing or extra ':' in %s" % item)
        name, value = (part.strip() for part in item.split(':'))
        name = re.sub(r'\(.*\)$', '', name)
        if value.startswith('['):
            if not value.endswith(']'):
                raise ValueError('Failed to parse resource %s value %s error Mismatched brackets' % (name, value))
            resources.append({'name': name, 'type': 'RANGES', 'ranges': {'range': _ranges(value)}})
        else:
            try:
                resources.append({'name': name, 'type': 'SCALAR', 'scalar': {'value': float(value)}})
            except ValueError:
                raise ValueError('Failed to parse resource %s value %s error Invalid' % (name, value))
    return resources


def _ranges(value):
    ranges = []
    for part in filter(None, re.split(r'\s*,\s*', value.strip('[] '))):
        begin, _, end = part.partition('-')
        ranges.append({'begin': int(begin), 'end': int(end or begin)})
    return ranges


def with_role(resources):
    return [{**resource, 'role': '*'} for resource in resources]


def scalar(resources, name):
    return sum(resource['scalar']['value'] for resource in resources if resource['name'] == name and 'scalar' in resource)


def short(resources):
    """As /state shows them: numbers by name, ranges as text."""
    out = {name: float(scalar(resources, name)) for name in ('disk', 'mem', 'gpus', 'cpus')}
    for resource in resources:
        if 'ranges' in resource:
            parts = ['%d-%d' % (item['begin'], item['end']) for item in resource['ranges']['range']]
            out[resource['name']] = '[%s]' % ', '.join(parts)
    return out


def short_attributes(attributes):
    out = {}
    for attribute in attributes:
        if 'text' in attribute:
            out[attribute['name']] = attribute['text']['value']
        elif 'scalar' in attribute:
            out[attribute['name']] = attribute['scalar']['value']
        else:
            parts = ['%d-%d' % (item['begin'], item['end']) for item in attribute['ranges']['range']]
            out[attribute['name']] = '[%s]' % ', '.join(parts)
    return out


def add(total, task):
    """Sums task resources {'cpus':..,'mem':..,'disk':..} into a short form."""
    for name in ('disk', 'mem', 'gpus', 'cpus'):
        total[name] = round(total.get(name, 0.0) + float(task.get(name, 0.0)), 6)
    return total


def none():
    return {'disk': 0.0, 'mem': 0.0, 'gpus': 0.0, 'cpus': 0.0}
